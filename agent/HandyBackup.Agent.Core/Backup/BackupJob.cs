using System.Buffers;
using HandyBackup.Agent.Core.Memory;
using HandyBackup.Agent.Core.State;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// One backup: walks an opened source, compares it with the previous snapshot, reads what is new or changed, and hands in what the repository lacks.
/// Memory stays bounded whatever the source holds: <see cref="MemoryInFlight"/>, and the trees of the folders on the way. To be run once.
/// </summary>
public sealed class BackupJob
{
    /// <summary>How many bytes of content may be in memory at once, before compression.</summary>
    public const long MemoryInFlight = 16L * 1024 * 1024;

    private readonly ISourceSession _session;
    private readonly BackupOrder _order;
    private readonly IIngest _ingest;
    private readonly IRetrieve _retrieve;
    private readonly IRunObserver _observer;
    private readonly TimeProvider _time;
    private readonly AgentStates? _states;
    private readonly MemoryPool<byte> _pool;

    /// <summary>Prepares the backup.</summary>
    /// <param name="session">The source, opened with its excludes; stays the caller's. What it reports while listing, the caller passes on.</param>
    /// <param name="order">What to do.</param>
    /// <param name="ingest">Takes blobs.</param>
    /// <param name="retrieve">Gives the previous snapshot's trees.</param>
    /// <param name="observer">Is told of progress at most ten times a second, and of each item that could not be handled as it should be.</param>
    /// <param name="time">The clock for the progress.</param>
    /// <param name="states">Where the agent keeps what the items of the last snapshot looked like; null if nowhere.</param>
    /// <param name="pool">Where buffers come from; null for that of the process.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if the order has a key or a level that cannot be used.</exception>
    public BackupJob(
        ISourceSession session,
        BackupOrder order,
        IIngest ingest,
        IRetrieve retrieve,
        IRunObserver observer,
        TimeProvider time,
        AgentStates? states = null,
        MemoryPool<byte>? pool = null)
    {
        BlobCompressor.CheckLevel(order.CompressionLevel);
        _session = session;
        _order = order;
        _ingest = ingest;
        _retrieve = retrieve;
        _observer = observer;
        _time = time;
        _states = states;
        _pool = pool ?? SlabMemoryPool.Shared;
    }

    /// <summary>Does the backup. Returns, or throws, only when nothing of it is under way any more.</summary>
    /// <exception cref="SourceException">The top cannot be listed, or the source as a whole was lost.</exception>
    /// <exception cref="HandyBackupException">The repository did not take a blob, or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public async Task<BackupOutcome> RunAsync(CancellationToken cancellationToken)
    {
        using AgentState? state = _states?.Open(_order);
        using var scope = new RunScope(cancellationToken);
        var counters = new RunCounters(_observer, _order.PreviousTotals, _time);
        var issues = new ItemIssues(_observer, scope.Token);
        var budget = new MemoryBudget(MemoryInFlight);
        using var blobs = new BlobSaver(_ingest, _order.CompressionLevel, _pool, counters, scope.Token);
        using var previousTrees = new PreviousTrees(_retrieve, _observer, scope);
        using var files = new FileSaver(_session, _order, blobs, _pool, budget, scope, counters, issues);
        var walk = new FolderWalk(_session, _order, previousTrees, files, blobs, state, budget, scope, counters, issues);

        // Failures are kept by the scope: the first one counts, wherever it happened.
        Task<BlobId> root = scope.Start(walk.RunAsync);
        await scope.CompleteAsync();
        state?.Complete(walk.SavedRoot);
        return new BackupOutcome { RootTree = await root, Totals = counters.GetTotals(), Paths = _session.Paths };
    }
}
