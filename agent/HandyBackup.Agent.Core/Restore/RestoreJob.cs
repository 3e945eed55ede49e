using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HandyBackup.Agent.Core.Backup;
using HandyBackup.Agent.Core.Memory;
using HandyBackup.Agent.Core.Trees;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// One restore, or the plan of one. The walk decides; files are gathered into windows; what of a window is there already is left out; its other blobs are fetched in
/// the order in which they lie, and written by several writers while the next window is compared. Memory stays bounded: the ids of a few windows, the blobs on
/// their way to the writers, the trees of the folders on the way, and the files with several hard links. To be run once.
/// </summary>
public sealed class RestoreJob
{
    private const int BlobsInFlight = 16;
    private static readonly TimeSpan s_timeToTidyUp = TimeSpan.FromSeconds(30);

    private readonly IRestoreTarget _target;
    private readonly RestoreOrder _order;
    private readonly IRetrieve _retrieve;
    private readonly TimeProvider _time;

    /// <summary>Prepares the restore.</summary>
    /// <param name="target">Takes the items; stays the caller's.</param>
    /// <param name="order">What to do.</param>
    /// <param name="retrieve">Gives the snapshot's blobs.</param>
    /// <param name="time">The clock for the progress.</param>
    public RestoreJob(IRestoreTarget target, RestoreOrder order, IRetrieve retrieve, TimeProvider time)
    {
        _target = target;
        _order = order;
        _retrieve = retrieve;
        _time = time;
    }

    /// <summary>Says item by item what <see cref="RunAsync"/> would do, and changes nothing.</summary>
    /// <exception cref="SourceException">The destination as a whole cannot be used.</exception>
    /// <exception cref="HandyBackupException">A selection does not exist or cannot be restored to its place, or the repository cannot be read.</exception>
    public async IAsyncEnumerable<RestorePlanItem> PlanAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var trees = new SnapshotTrees(_retrieve);
        IReadOnlyList<ResolvedPart> parts = await ResolveAsync(trees, cancellationToken);
        await foreach (RestoreStep step in new RestoreWalk(_target, _order.Overwrite, trees).RunAsync(parts, cancellationToken))
        {
            if (!step.IsEnd)
            {
                yield return new RestorePlanItem
                {
                    Path = ItemName.ToText(step.Item!.GetPath()),
                    Kind = step.Node is { } node ? ItemFactory.KindOf(node.Type) : ItemKind.Folder,
                    Action = step.Action,
                    Bytes = step is { IsWritten: true, IsFurtherLink: false } ? step.Item.Size ?? 0 : 0,
                    Reason = step.Reason,
                };
            }
        }
    }

    /// <summary>Does the restore. Returns, or throws, only when nothing of it is under way any more, and no file is half written under its name.</summary>
    /// <param name="observer">Is told of progress at most ten times a second, and of each item that could not be restored as it should be.</param>
    /// <param name="cancellationToken">Stops the restore.</param>
    /// <exception cref="SourceException">The destination as a whole cannot be used, or is full.</exception>
    /// <exception cref="HandyBackupException">A selection does not exist or cannot be restored to its place, or the repository cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public async Task<RestoreOutcome> RunAsync(IRunObserver observer, CancellationToken cancellationToken)
    {
        using var trees = new SnapshotTrees(_retrieve);
        IReadOnlyList<ResolvedPart> parts = await ResolveAsync(trees, cancellationToken);
        using var scope = new RunScope(cancellationToken);
        var counters = new RestoreCounters(observer, _time);
        var items = new RestoreItems(_target, new RestoreIssues(observer, scope.Token), counters, scope.Token);
        Channel<RestoreWork> work = Channel.CreateBounded<RestoreWork>(BlobsInFlight);
        Channel<RestoreWindow> windows = Channel.CreateBounded<RestoreWindow>(1);
        Channel<RestoreWindow> planned = Channel.CreateBounded<RestoreWindow>(1);
        using var walkEnd = CancellationTokenSource.CreateLinkedTokenSource(scope.Token);

        Task<bool> counting = scope.Start(() => CountAsync(parts, trees, counters, walkEnd.Token));
        Task<bool> walk = scope.Start(() => WalkAsync(parts, trees, new RestoreDispatcher(items, windows.Writer, work.Writer, scope.Token), scope.Token));
        Task<bool> planning = scope.Start(() => PlanWindowsAsync(windows.Reader, planned.Writer, scope.Token));
        Task<bool> fetch = scope.Start(() => FetchAsync(planned.Reader, work.Writer, scope.Token));
        for (int i = Math.Max(2, Environment.ProcessorCount); i > 0; i--)
        {
            _ = scope.Start(() => WriteAsync(new RestoreWriter(work.Reader, items, SlabMemoryPool.Shared, scope.Token)));
        }

        _ = scope.Start(() => EndAsync(Task.WhenAll(walk, planning, fetch), work.Writer, walkEnd));
        try
        {
            await scope.CompleteAsync();
        }
        finally
        {
            await TidyUpAsync(work.Reader, items);
        }

        await counting;
        await items.RemoveLeftoversAsync(folder: null);
        return new RestoreOutcome { Totals = counters.GetTotals(), Skipped = counters.Skipped };
    }

    private static async Task<bool> CountAsync(IReadOnlyList<ResolvedPart> parts, SnapshotTrees trees, RestoreCounters counters, CancellationToken walkEnd)
    {
        try
        {
            if (await SelectionTotals.CountAsync(parts, trees, walkEnd) is { } totals)
            {
                counters.Expect(totals);
            }
        }
        catch (OperationCanceledException) when (walkEnd.IsCancellationRequested)
        {
            // The restore was quicker than the counting, or was stopped.
        }

        return true;
    }

    private async Task<bool> WalkAsync(IReadOnlyList<ResolvedPart> parts, SnapshotTrees trees, RestoreDispatcher dispatcher, CancellationToken cancellationToken)
    {
        await foreach (RestoreStep step in new RestoreWalk(_target, _order.Overwrite, trees).RunAsync(parts, cancellationToken))
        {
            await dispatcher.DispatchAsync(step);
        }

        await dispatcher.CompleteAsync();
        return true;
    }

    private async Task<bool> PlanWindowsAsync(ChannelReader<RestoreWindow> windows, ChannelWriter<RestoreWindow> planned, CancellationToken cancellationToken)
    {
        var planner = new WindowPlanner(_retrieve, cancellationToken);
        await foreach (RestoreWindow window in windows.ReadAllAsync(cancellationToken))
        {
            await planner.PlanAsync(window);
            await planned.WriteAsync(window, cancellationToken);
        }

        planned.Complete();
        return true;
    }

    private async Task<bool> FetchAsync(ChannelReader<RestoreWindow> windows, ChannelWriter<RestoreWork> work, CancellationToken cancellationToken)
    {
        var fetcher = new WindowFetcher(_retrieve, work, cancellationToken);
        await foreach (RestoreWindow window in windows.ReadAllAsync(cancellationToken))
        {
            await fetcher.FetchAsync(window);
        }

        return true;
    }

    private static async Task<bool> WriteAsync(RestoreWriter writer)
    {
        await writer.RunAsync();
        return true;
    }

    private static async Task<bool> EndAsync(Task feeding, ChannelWriter<RestoreWork> work, CancellationTokenSource walkEnd)
    {
        await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        work.Complete();
        await walkEnd.CancelAsync();
        return true;
    }

    private async ValueTask TidyUpAsync(ChannelReader<RestoreWork> work, RestoreItems items)
    {
        while (work.TryRead(out RestoreWork left))
        {
            left.Blob?.Dispose();
        }

        using var limit = new CancellationTokenSource(s_timeToTidyUp, _time);
        await items.AbandonAsync(limit.Token);
    }

    private async Task<IReadOnlyList<ResolvedPart>> ResolveAsync(SnapshotTrees trees, CancellationToken cancellationToken)
    {
        var resolver = new PartResolver(trees, _order.RootTree);
        var resolved = new List<ResolvedPart>();
        foreach (RestorePart part in RestorePart.Parse(_order.Selections))
        {
            resolved.Add(await resolver.ResolveAsync(part, cancellationToken));
        }

        return resolved;
    }
}
