using System.Buffers;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// A repository whose config could be decrypted. Keys, snapshots and locks can be used; blobs only after the index was loaded, which
/// gives an <see cref="IndexedRepository"/>. Safe to share between threads. The store stays the caller's, who disposes it after the repository.
/// </summary>
public sealed class OpenRepository : IAsyncDisposable
{
    // Another label would cut content elsewhere and so lose deduplication with what is stored: it never changes.
    private const string ChunkerKeyLabel = "handybackup chunker key 1";

    private readonly ParityStore _store;

    private OpenRepository(ParityStore store, OpenedKey key, RepositoryConfig config, ScryptCost? cost, string? cacheFolder, TimeProvider time)
    {
        _store = store;
        var stored = new StoredFiles(store);
        MasterKey = key.MasterKey;
        Id = config.Id;
        FormatVersion = (int)config.Version;
        ChunkerKey = key.MasterKey.DeriveBytes(ChunkerKeyLabel);
        var codec = new UnpackedFileCodec(key.MasterKey, FormatVersion);
        Files = new UnpackedFiles(stored, codec, HealAsync);
        FilesAsStored = new UnpackedFiles(stored, codec, heal: null);
        HealedPacks = new HealedPacks(store.Sidecars, ReportHealed);
        Keys = new RepositoryKeys(stored, key.MasterKey, key.Id, cost, time);
        Time = time;
        Snapshots = new SnapshotFiles(Files);
        RemovedSnapshots = new RemovedSnapshots(Files, Maintenance, time);
        Locks = new RepositoryLocks(store, Files, LockOwner.ThisProcess, time);

        IndexCache = cacheFolder is null ? null : IndexCache.Of(cacheFolder, Id);
    }

    /// <summary>The place. What is saved through it gets parity, if the repository has it.</summary>
    public IStore Store => _store;

    /// <summary>How much parity new files get, in percent: from 0 for none, which is the default, to 50. What the files that exist have stays.</summary>
    public int ParityPercent
    {
        get => _store.Percent;
        set => _store.Percent = value;
    }

    /// <summary>Is told the path of each damaged file that was read through its parity and stays damaged, from any thread; null for nobody.</summary>
    public Action<string>? DamageReadThrough { get; set; }

    /// <summary>The id in the config: 64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Version of the restic format: 1 or 2.</summary>
    public int FormatVersion { get; }

    /// <summary>
    /// 32 bytes that key the chunker: HMAC-SHA256 of the label <c>handybackup chunker key 1</c> under the encryption key of the master key. Our own
    /// derivation, which restic does not know of; the same for everybody who opens this repository, and it tells nothing about the master key.
    /// </summary>
    public ReadOnlyMemory<byte> ChunkerKey { get; }

    /// <summary>The keys.</summary>
    public RepositoryKeys Keys { get; }

    /// <summary>The snapshots.</summary>
    public SnapshotFiles Snapshots { get; }

    /// <summary>The snapshots that were removed and can still be restored.</summary>
    public RemovedSnapshots RemovedSnapshots { get; }

    /// <summary>The lock files that keep restic and us out of each other's way.</summary>
    public RepositoryLocks Locks { get; }

    /// <summary>Where buffers for content come from. To be set before the index is loaded.</summary>
    public MemoryPool<byte> Buffers { get; set; } = MemoryPool<byte>.Shared;

    /// <summary>The key that seals everything.</summary>
    internal MasterKey MasterKey { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>
    /// Is held by whoever, within this process, moves a snapshot into or out of the trash, swaps the index or adopts packs: each of them relies on
    /// what it just read of the others' files. Other processes are kept apart by lock files.
    /// </summary>
    internal SemaphoreSlim Maintenance { get; } = new(1);

    /// <summary>The files that are not packs.</summary>
    internal UnpackedFiles Files { get; }

    /// <summary>Local copies of the index; null to do without. Tests set one with other limits.</summary>
    internal IndexCache? IndexCache { get; set; }

    /// <summary>The same files without help of their parity: as they are.</summary>
    internal UnpackedFiles FilesAsStored { get; }

    /// <summary>The sidecars of the files.</summary>
    internal ParityFiles Sidecars => _store.Sidecars;

    /// <summary>Packs that are damaged and are read through their parity.</summary>
    internal HealedPacks HealedPacks { get; }

    /// <summary>Makes a new repository in an empty place. The config is saved last, so that what an interruption leaves is not taken for a repository.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryFolderNotEmpty"/>, <see cref="ErrorCode.InvalidArgument"/> for an
    /// empty password or an unknown version, or a store error.</exception>
    public static async Task<OpenRepository> CreateAsync(IStore store, string password, RepositoryCreation creation, TimeProvider time, CancellationToken cancellationToken)
    {
        var protectedStore = new ParityStore(store, time) { Percent = creation.ParityPercent };
        var creator = new RepositoryCreator(protectedStore, time);
        (OpenedKey key, RepositoryConfig config) = await creator.CreateAsync(password, creation, cancellationToken);
        return new OpenRepository(protectedStore, key, config, creation.ScryptCost, cacheFolder: null, time);
    }

    /// <summary>Opens a repository.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotARepository"/>, <see cref="ErrorCode.WrongPassword"/>,
    /// <see cref="ErrorCode.ConfigDamaged"/>, <see cref="ErrorCode.KeyDamaged"/>, <see cref="ErrorCode.RepositoryVersionUnsupported"/>, or a store error.</exception>
    public static Task<OpenRepository> OpenAsync(IStore store, string password, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(store, password, cacheFolder: null, time, cancellationToken);

    /// <summary>Opens a repository whose index is to be kept in cache files, so that it need not be in memory and is loaded at once the next time.</summary>
    /// <param name="store">The place.</param>
    /// <param name="password">The password.</param>
    /// <param name="cacheFolder">An absolute path on a local disk, where each repository gets a folder named by its id; null to do without cache files.
    /// They can be removed at any time, and may be shared with other processes. They tell the ids of blobs and packs, so the folder is to be the owner's only.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="HandyBackupException">As without a cache: a cache that cannot be used is done without.</exception>
    public static async Task<OpenRepository> OpenAsync(IStore store, string password, string? cacheFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        var protectedStore = new ParityStore(store, time);
        var stored = new StoredFiles(store);
        byte[] config = await LoadConfigAsync(store, stored, protectedStore.Sidecars, cancellationToken);
        OpenedKey key = await KeySearch.OpenAsync(stored, protectedStore.Sidecars, store.Location, password, cancellationToken);
        try
        {
            return new OpenRepository(protectedStore, key, await OpenConfigAsync(config, key.MasterKey, protectedStore, cancellationToken), null, cacheFolder, time);
        }
        catch
        {
            key.MasterKey.Dispose();
            throw;
        }
    }

    /// <summary>Loads the index. The result shares this object, which stays usable and must be disposed last.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.IndexDamaged"/>, or a store error.</exception>
    public Task<IndexedRepository> LoadIndexAsync(CancellationToken cancellationToken) => IndexedRepository.LoadAsync(this, cancellationToken);

    /// <summary>Forgets the master key. Nothing that this object gave out may be in use any more.</summary>
    public ValueTask DisposeAsync()
    {
        HealedPacks.Dispose();
        MasterKey.Dispose();
        Maintenance.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<byte[]> LoadConfigAsync(IStore store, StoredFiles stored, ParityFiles sidecars, CancellationToken cancellationToken)
    {
        try
        {
            return await ConfigFile.LoadAsync(store, stored, cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code is ErrorCode.ConfigDamaged or ErrorCode.NotARepository)
        {
            if (exception.Code == ErrorCode.ConfigDamaged && await sidecars.FindHealedAsync(StoreFile.Config, cancellationToken) is { } healed)
            {
                return healed;
            }

            throw;
        }
    }

    private static async Task<RepositoryConfig> OpenConfigAsync(byte[] config, MasterKey key, ParityStore store, CancellationToken cancellationToken)
    {
        try
        {
            return ConfigFile.Open(config, key, store.Location);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.ConfigDamaged)
        {
            if (await store.Sidecars.FindHealedAsync(StoreFile.Config, cancellationToken) is { } healed)
            {
                return ConfigFile.Open(healed, key, store.Location);
            }

            throw;
        }
    }

    private async Task<byte[]?> HealAsync(StoreFile file, CancellationToken cancellationToken)
    {
        byte[]? healed = await Sidecars.FindHealedAsync(file, cancellationToken);
        if (healed is not null)
        {
            ReportHealed(file);
        }

        return healed;
    }

    private void ReportHealed(StoreFile file) => DamageReadThrough?.Invoke(FileErrors.PathOf(file));
}
