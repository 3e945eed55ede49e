using HandyBackup.Contracts;

namespace HandyBackup.Module.Items.Copying;

/// <summary>Where items are copied from.</summary>
internal interface ICopySource
{
    /// <summary>An item by its own name, and with <paramref name="recurse"/> all that is in it; folders before their content.</summary>
    /// <exception cref="HandyBackupException">It is not there or cannot be listed.</exception>
    IAsyncEnumerable<CopiedItem> ListAsync(string path, bool recurse, CancellationToken cancellationToken);

    /// <summary>Reads a file. Each part is good until the next is asked for.</summary>
    /// <exception cref="HandyBackupException">It cannot be read, or was altered meanwhile.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CopiedItem file, CancellationToken cancellationToken);

    /// <summary>How an agent's file is named where an agent reads it itself; null if the content comes from the panel's machine or from a snapshot.</summary>
    LiveContentRequest? FindLive(CopiedItem file);
}
