namespace HandyBackup.Sources;

/// <summary>The content of one file, forward only. Used by one thread at a time.</summary>
public interface ISourceReader : IAsyncDisposable
{
    /// <summary>Reads the next bytes; 0 at the end.</summary>
    /// <exception cref="SourceException">Reading failed; or, at the end, what was read is not whole (a dump program failed): then nothing of it may be kept.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Reads what listing does not tell of the file that is open, which may have lost its name meanwhile.</summary>
    /// <exception cref="SourceException">It cannot be read.</exception>
    ValueTask<SourceItemDetails> GetDetailsAsync(CancellationToken cancellationToken);

    /// <summary>Says, after the end was reached, whether the content was altered while it was read, so that what was read may mix old and new.</summary>
    ValueTask<bool> WasChangedAsync(CancellationToken cancellationToken);
}
