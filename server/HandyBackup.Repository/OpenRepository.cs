using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// A repository whose config could be decrypted. Keys, snapshots and locks can be used; blobs only after the index was loaded, which
/// gives an <see cref="IndexedRepository"/>. Safe to share between threads.
/// </summary>
public sealed class OpenRepository : IAsyncDisposable
{
    private OpenRepository() => throw new NotSupportedException();

    /// <summary>The place.</summary>
    public IStore Store => throw new NotSupportedException();

    /// <summary>The id in the config: 64 hexadecimal digits.</summary>
    public string Id => throw new NotSupportedException();

    /// <summary>Version of the restic format: 1 or 2.</summary>
    public int FormatVersion => throw new NotSupportedException();

    /// <summary>32 bytes derived from the master key that key the chunker (see docs/design/repository.md).</summary>
    public ReadOnlyMemory<byte> ChunkerKey => throw new NotSupportedException();

    /// <summary>The keys.</summary>
    public RepositoryKeys Keys => throw new NotSupportedException();

    /// <summary>The snapshots.</summary>
    public SnapshotFiles Snapshots => throw new NotSupportedException();

    /// <summary>The lock files that keep restic and us out of each other's way.</summary>
    public RepositoryLocks Locks => throw new NotSupportedException();

    /// <summary>Makes a new repository in an empty place.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryFolderNotEmpty"/>, or a store error.</exception>
    public static Task<OpenRepository> CreateAsync(IStore store, string password, RepositoryCreation creation, TimeProvider time, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Opens a repository.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotARepository"/>, <see cref="ErrorCode.WrongPassword"/>,
    /// <see cref="ErrorCode.ConfigDamaged"/>, <see cref="ErrorCode.KeyDamaged"/>, <see cref="ErrorCode.RepositoryVersionUnsupported"/>, or a store error.</exception>
    public static Task<OpenRepository> OpenAsync(IStore store, string password, TimeProvider time, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Loads the index. The result shares this object, which stays usable and must be disposed last.</summary>
    public Task<IndexedRepository> LoadIndexAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
