using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Index;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>A repository on a place that crashes, the process that works on it, and what must be in it.</summary>
internal sealed class StressRepository(CrashingStore place, HastyTimeProvider time, string? cacheFolder) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<StressSnapshot> _snapshots = [];

    public static TimeSpan Grace { get; } = TimeSpan.FromDays(7);

    public CrashingStore Place { get; } = place;

    public HastyTimeProvider Time { get; } = time;

    public OpenRepository Open { get; private set; } = null!;

    public IndexedRepository Repository { get; private set; } = null!;

    /// <summary>A prune and a check exclude each other, as in the server.</summary>
    public SemaphoreSlim MaintenanceTurn { get; } = new(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Makes the repository. Nothing fails meanwhile.</summary>
    public async Task CreateAsync(int formatVersion, int parityPercent)
    {
        RepositoryCreation creation = TestRepository.Creation with { FormatVersion = formatVersion, ParityPercent = parityPercent };
        await using OpenRepository created = await OpenRepository.CreateAsync(Place.Mount(isReliable: true), TestRepository.Password, creation, Time, Stop);
    }

    /// <summary>Starts a process, without its index.</summary>
    /// <param name="crashAfter">How many calls of the store it lives; null for as long as it likes.</param>
    /// <param name="parityPercent">Parity of new files.</param>
    /// <param name="isReliable">True if nothing is to fail.</param>
    public async Task OpenAsync(int? crashAfter, int parityPercent, bool isReliable = false)
    {
        IStore store = Place.Mount(crashAfter, isReliable);
        Open = await OpenRepository.OpenAsync(store, TestRepository.Password, Time, Stop);
        Open.ParityPercent = parityPercent;
        Open.IndexCache = cacheFolder is null ? null : new IndexCache(cacheFolder, Sha256Hash.Parse(Open.Id), IndexCacheKit.Tiny);
    }

    /// <summary>Loads its index.</summary>
    public async Task LoadIndexAsync() => Repository = await Open.LoadIndexAsync(Stop);

    /// <summary>Ends the process, dead or alive.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Repository is not null)
        {
            await Repository.DisposeAsync();
        }

        if (Open is not null)
        {
            await Open.DisposeAsync();
        }

        (Repository, Open) = (null!, null!);
        lock (_gate)
        {
            _snapshots.ForEach(snapshot => snapshot.IsBusy = false);
        }
    }

    /// <summary>Removes what locks a dead process left. Locks are of this very process here, which still lives, so nobody would take them for stale.</summary>
    public async Task RemoveLocksAsync(IStore store)
    {
        foreach (StoreFile file in Place.Files.Where(file => file.Kind == StoreFileKind.Lock))
        {
            await store.RemoveAsync(file, Stop);
        }
    }

    /// <summary>Notes that a snapshot is about to be made.</summary>
    public StressSnapshot Attempt(string path, IReadOnlyDictionary<string, int[]> files)
    {
        var snapshot = new StressSnapshot { Path = path, Files = files, IsBusy = true };
        lock (_gate)
        {
            _snapshots.Add(snapshot);
        }

        return snapshot;
    }

    /// <summary>Takes a snapshot in this state that nobody works on, if there is one.</summary>
    public StressSnapshot? Take(Random random, StressState state, bool isExclusive)
    {
        lock (_gate)
        {
            List<StressSnapshot> fitting = _snapshots.FindAll(snapshot => snapshot.State == state && !snapshot.IsBusy && snapshot.Id is not null);
            StressSnapshot? taken = fitting.Count == 0 ? null : fitting[random.Next(fitting.Count)];
            taken?.IsBusy = isExclusive;
            return taken;
        }
    }

    /// <summary>What the model knows.</summary>
    public List<StressSnapshot> Known()
    {
        lock (_gate)
        {
            return [.. _snapshots];
        }
    }

    /// <summary>Forgets a snapshot that is gone.</summary>
    public void Forget(StressSnapshot snapshot)
    {
        lock (_gate)
        {
            _snapshots.Remove(snapshot);
        }
    }
}
