using System.Diagnostics.CodeAnalysis;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Index, snapshot and lock files: named by the SHA-256 of what is stored, sealed with the master key. Safe to share between threads.</summary>
internal sealed class UnpackedFiles
{
    private readonly StoredFiles _stored;
    private readonly UnpackedFileCodec _codec;

    private readonly Func<StoreFile, CancellationToken, Task<byte[]?>>? _heal;

    /// <summary>Wraps the files.</summary>
    /// <param name="stored">The files.</param>
    /// <param name="codec">Opens them.</param>
    /// <param name="heal">Brings a damaged file back, or returns null; null to report each damage.</param>
    public UnpackedFiles(StoredFiles stored, UnpackedFileCodec codec, Func<StoreFile, CancellationToken, Task<byte[]?>>? heal)
    {
        _stored = stored;
        _codec = codec;
        _heal = heal;
    }

    /// <summary>Lists all files of one kind, streamed.</summary>
    public IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, CancellationToken cancellationToken) => _stored.ListAsync(kind, cancellationToken);

    /// <summary>Finds all files whose names begin with these digits; stops after the second.</summary>
    public Task<List<Sha256Hash>> FindByPrefixAsync(StoreFileKind kind, string prefix, CancellationToken cancellationToken) =>
        _stored.FindByPrefixAsync(kind, prefix, cancellationToken);

    /// <summary>Loads, verifies and opens a file.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="id">Its name.</param>
    /// <param name="maxLength">Longer content is taken for damage, so that none can use up the memory.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The plain content; null if there is no such file.</returns>
    /// <exception cref="HandyBackupException">The code of a damaged file of this kind, or a store error.</exception>
    public async Task<byte[]?> FindAsync(StoreFileKind kind, Sha256Hash id, int maxLength, CancellationToken cancellationToken)
    {
        var file = new StoreFile(kind, id.ToString());
        byte[]? stored = await FindIntactAsync(file, maxLength, cancellationToken);
        if (stored is null)
        {
            return null;
        }

        return _codec.TryDecode(stored, maxLength, out byte[]? plain, out string? fault) ? plain : throw FileErrors.Damaged(file, fault);
    }

    /// <summary>Opens a file that was loaded otherwise.</summary>
    /// <returns>False if it was altered, or sealed with another key.</returns>
    public bool TryDecode(ReadOnlySpan<byte> stored, int maxLength, [NotNullWhen(true)] out byte[]? plain) => _codec.TryDecode(stored, maxLength, out plain, out _);

    /// <summary>Seals and saves a file.</summary>
    /// <returns>Its name, and its size in the store.</returns>
    public async Task<(Sha256Hash Id, long Size)> SaveAsync(StoreFileKind kind, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        byte[] stored = _codec.Encode(plain.Span);
        return (await _stored.SaveAsync(kind, stored, cancellationToken), stored.Length);
    }

    /// <summary>Removes a file; removing what does not exist succeeds.</summary>
    public Task RemoveAsync(StoreFileKind kind, Sha256Hash id, CancellationToken cancellationToken) =>
        _stored.RemoveAsync(new StoreFile(kind, id.ToString()), cancellationToken);

    private async Task<byte[]?> FindIntactAsync(StoreFile file, int maxLength, CancellationToken cancellationToken)
    {
        HandyBackupException damage;
        try
        {
            byte[]? stored = await _stored.FindAsync(file, UnpackedFileCodec.MaxStoredLength(maxLength), cancellationToken);
            if (stored is null || StoredFiles.IsIntact(file, stored))
            {
                return stored;
            }

            damage = FileErrors.Damaged(file, "does not have the content that its name promises");
        }
        catch (HandyBackupException exception) when (exception.Target == FileErrors.PathOf(file))
        {
            damage = exception;
        }

        return (_heal is null ? null : await _heal(file, cancellationToken)) ?? throw damage;
    }
}
