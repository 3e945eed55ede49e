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

    /// <summary>Loads, verifies and opens a big file without holding more than it must.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="id">Its name.</param>
    /// <param name="maxLength">Longer content is taken for damage, so that none can use up the memory.</param>
    /// <param name="read">Makes something of the content, which is gone afterwards.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>What <paramref name="read"/> made; null if there is no such file.</returns>
    /// <exception cref="HandyBackupException">The code of a damaged file of this kind, or a store error.</exception>
    public async Task<T?> ReadAsync<T>(StoreFileKind kind, Sha256Hash id, int maxLength, ReadContent<T> read, CancellationToken cancellationToken)
        where T : class
    {
        var file = new StoreFile(kind, id.ToString());
        byte[]? stored = await FindIntactAsync(file, maxLength, cancellationToken);
        if (stored is null)
        {
            return null;
        }

        return _codec.TryRead(stored, maxLength, read, out T? result, out string? fault) ? result : throw FileErrors.Damaged(file, fault);
    }

    /// <summary>Seals and saves a file.</summary>
    /// <returns>Its name, and its size in the store.</returns>
    public Task<(Sha256Hash Id, long Size)> SaveAsync(StoreFileKind kind, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken) =>
        SaveEncodedAsync(kind, _codec.Encode(plain.Span), cancellationToken);

    /// <summary>Seals and saves a big file that is never held whole before it is compressed.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="write">Writes the plain content into a stream.</param>
    /// <param name="expectedLength">About how long the stored file will be, in bytes.</param>
    /// <param name="cancellationToken">Stops the saving.</param>
    /// <returns>Its name, and its size in the store.</returns>
    public Task<(Sha256Hash Id, long Size)> SaveAsync(StoreFileKind kind, Action<Stream> write, int expectedLength, CancellationToken cancellationToken) =>
        SaveEncodedAsync(kind, _codec.Encode(write, expectedLength), cancellationToken);

    /// <summary>True if the file exists.</summary>
    public Task<bool> ExistsAsync(StoreFileKind kind, Sha256Hash id, CancellationToken cancellationToken) =>
        _stored.ExistsAsync(new StoreFile(kind, id.ToString()), cancellationToken);

    /// <summary>Seals content without saving it, for who must know the name of a file before it exists.</summary>
    public byte[] Seal(ReadOnlyMemory<byte> plain) => _codec.Encode(plain.Span);

    /// <summary>Saves what <see cref="Seal"/> or <see cref="FindStoredAsync"/> gave, as it is.</summary>
    /// <returns>Its name.</returns>
    public Task<Sha256Hash> SaveStoredAsync(StoreFileKind kind, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken) =>
        _stored.SaveAsync(kind, stored, cancellationToken);

    /// <summary>Loads a file as it lies in the store, whether it is sound or not.</summary>
    /// <returns>The stored bytes; null if there is no such file.</returns>
    public Task<byte[]?> FindStoredAsync(StoreFileKind kind, Sha256Hash id, int maxLength, CancellationToken cancellationToken) =>
        _stored.FindAsync(new StoreFile(kind, id.ToString()), UnpackedFileCodec.MaxStoredLength(maxLength), cancellationToken);

    /// <summary>Opens stored bytes of any kind of file.</summary>
    /// <param name="stored">The bytes.</param>
    /// <param name="maxLength">Longer content is refused.</param>
    /// <param name="plain">The content.</param>
    /// <param name="fault">What is wrong, as the end of a sentence that begins with the file.</param>
    /// <returns>False if something is wrong.</returns>
    public bool TryOpen(ReadOnlySpan<byte> stored, int maxLength, [NotNullWhen(true)] out byte[]? plain, [NotNullWhen(false)] out string? fault) =>
        _codec.TryDecode(stored, maxLength, out plain, out fault);

    /// <summary>Seals and saves a file under a name that its content does not give.</summary>
    public Task SaveAsAsync(StoreFileKind kind, Sha256Hash name, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken) =>
        _stored.SaveAsAsync(new StoreFile(kind, name.ToString()), _codec.Encode(plain.Span), cancellationToken);

    /// <summary>Loads and opens a file whose name its content does not give.</summary>
    /// <returns>The plain content; null if there is no such file.</returns>
    /// <exception cref="HandyBackupException">The code of a damaged file of this kind, or a store error.</exception>
    public async Task<byte[]?> FindNamedAsync(StoreFileKind kind, Sha256Hash name, int maxLength, CancellationToken cancellationToken)
    {
        byte[]? stored = await FindStoredAsync(kind, name, maxLength, cancellationToken);
        if (stored is null)
        {
            return null;
        }

        return _codec.TryDecode(stored, maxLength, out byte[]? plain, out string? fault) ? plain : throw FileErrors.Damaged(new StoreFile(kind, name.ToString()), fault);
    }

    /// <summary>Removes a file; removing what does not exist succeeds.</summary>
    public Task RemoveAsync(StoreFileKind kind, Sha256Hash id, CancellationToken cancellationToken) =>
        _stored.RemoveAsync(new StoreFile(kind, id.ToString()), cancellationToken);

    private async Task<(Sha256Hash Id, long Size)> SaveEncodedAsync(StoreFileKind kind, byte[] stored, CancellationToken cancellationToken) =>
        (await _stored.SaveAsync(kind, stored, cancellationToken), stored.Length);

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
