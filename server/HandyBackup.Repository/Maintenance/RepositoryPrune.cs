using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// Finds what no snapshot needs and lets it go, beside backups and restores. In two phases: packs leave the index first, and their files follow in a
/// later run, after a grace in which whoever still reads them can finish; in the same run, if the grace is zero and nobody reads. Nothing is deleted unless all that tells what is needed could be read.
/// An interruption at any moment loses nothing; the next run completes it.
/// </summary>
public sealed class RepositoryPrune
{
    private readonly IndexedRepository _repository;
    private readonly PruneOptions _options;
    private readonly PruneReport _report;

    /// <summary>Prepares a prune; touches nothing.</summary>
    /// <param name="repository">The repository that the backups and restores of this process use, too.</param>
    /// <param name="options">How to prune.</param>
    /// <param name="progress">Is told the counters now and then, from several threads. Items are trees and packs, bytes what is rewritten.</param>
    /// <param name="warn">Is told of damage that does not matter for the prune.</param>
    public RepositoryPrune(
        IndexedRepository repository, PruneOptions options, IProgress<RunProgress> progress, Func<HandyBackupException, CancellationToken, ValueTask> warn)
    {
        _repository = repository;
        _options = options;
        _report = new PruneReport(progress, warn);
    }

    private OpenRepository Open => _repository.Repository;

    /// <summary>Prunes, or plans to. The caller holds a shared lock; one prune at a time for each repository.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NoSnapshotsListed"/>, <see cref="ErrorCode.SnapshotsVanished"/> or
    /// <see cref="ErrorCode.UsageUnknown"/>, and nothing was deleted; <see cref="ErrorCode.RepositoryLocked"/> if other programs did not finish in time, and
    /// nothing is lost: the next prune goes on from there; or a store error.</exception>
    public async Task<PruneResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            PruneResult result = await PruneAsync(cancellationToken);
            return MaySweepAtOnce(result) ? await SweepAtOnceAsync(result, cancellationToken) : result;
        }
        catch (HandyBackupException exception) when (IsDamage(exception.Code))
        {
            throw new HandyBackupException(ErrorCode.UsageUnknown, $"What the repository's snapshots need is not known for sure, so nothing is deleted: {exception.Message}", exception)
            {
                Target = exception.Target ?? Open.Store.Location,
                Advice = "Run Test-HBRepository: it names all that is damaged. Repair-HBRepository heals what can be healed and removes what cannot be read of the trash; a damaged snapshot can be removed with Remove-HBSnapshot.",
            };
        }
    }

    private static bool IsDamage(ErrorCode code) => code is ErrorCode.SnapshotDamaged or ErrorCode.TreeDamaged or ErrorCode.IndexDamaged
        or ErrorCode.BlobMissing or ErrorCode.BlobDamaged or ErrorCode.PackMissing or ErrorCode.PackDamaged;

    private async Task<PruneResult> PruneAsync(CancellationToken cancellationToken)
    {
        await _repository.RefreshAsync(cancellationToken);
        // Packs and entries are known by their numbers from here on.
        using IDisposable pause = _repository.Index.PauseCompaction();
        CapturedIndex captured = await _repository.Index.CaptureAsync(cancellationToken);
        var marking = new TreeMarking(captured.Blobs, _repository.Reader, _repository.Verifier, _report);
        var roots = new SnapshotRoots(Open, _options.RemovalGrace, marking);
        await roots.MarkAsync(cancellationToken);
        await MarkPinsAsync(marking, cancellationToken);
        MarkClaims(captured, marking);
        PackUses uses = await PackUses.CountAsync(Open, captured, marking.Used, cancellationToken);
        Refuse(roots, hasPacks: captured.PackCount > 0 || uses.Strays.Count > 0);
        PrunePlan plan = new PrunePlanner(captured, uses, _options.MaxUnusedPercent).Plan();
        SweptPacks swept = await new PackSweep(Open, captured.Blobs, _options.SweepGrace).RunAsync(removes: !_options.PlanOnly, _report, cancellationToken);
        if (_options.PlanOnly)
        {
            PruneFigures figures = plan.Figures;
            return Describe(roots, plan, swept, figures.UnusedPacks + figures.RewrittenPacks, figures.UnusedBytes + figures.RewrittenBytes);
        }

        if (plan.IsEmpty && roots.Expired.Count == 0)
        {
            return Describe(roots, plan, swept, 0, 0);
        }

        await RewriteAsync(plan, cancellationToken);
        (int condemned, long bytes) = await new IndexSwap(_repository, _options, plan, roots, marking).RunAsync(cancellationToken);
        return Describe(roots, plan, swept, condemned, bytes);
    }

    // A grace is for who looked up a place before the pack left. Without one, and with nobody reading, there is nothing to wait for.
    private bool MaySweepAtOnce(PruneResult result) =>
        _options.SweepGrace == TimeSpan.Zero && result.CondemnedPacks > 0 && !_repository.Index.Claims.HasUses;

    private async Task<PruneResult> SweepAtOnceAsync(PruneResult result, CancellationToken cancellationToken)
    {
        if (_options.PlanOnly)
        {
            return result with
            {
                RemovedPacks = result.RemovedPacks + result.CondemnedPacks,
                FreedBytes = result.FreedBytes + result.FollowingBytes,
                CondemnedPacks = 0,
                FollowingBytes = 0,
            };
        }

        await _repository.RefreshAsync(cancellationToken);
        CapturedIndex captured = await _repository.Index.CaptureAsync(cancellationToken);
        SweptPacks swept = await new PackSweep(Open, captured.Blobs, _options.SweepGrace).RunAsync(removes: true, _report, cancellationToken);
        return result with
        {
            RemovedPacks = result.RemovedPacks + swept.Removed,
            FreedBytes = result.FreedBytes + swept.RemovedBytes,
            CondemnedPacks = swept.Waiting,
            FollowingBytes = swept.WaitingBytes,
        };
    }

    private async Task RewriteAsync(PrunePlan plan, CancellationToken cancellationToken)
    {
        CarriedTimes? times = await CarriedTimes.LoadAsync(plan.Captured, _options.Record, Open.Time, cancellationToken);
        await new PackRewrite(_repository, plan, times, _report).RunAsync(cancellationToken);
        if (times is not null)
        {
            await times.SaveAsync(cancellationToken);
        }
    }

    // What backups under way build on may be removed meanwhile, so it need not be in any listing.
    private async Task MarkPinsAsync(TreeMarking marking, CancellationToken cancellationToken)
    {
        foreach (BlobId tree in _repository.Index.Claims.GetPins())
        {
            marking.Add(tree);
        }

        await marking.RunAsync(cancellationToken);
    }

    private void MarkClaims(CapturedIndex captured, TreeMarking marking)
    {
        foreach (int entry in _repository.Index.Claims.GetClaimed(captured.Blobs))
        {
            if (captured.Blobs.TryFind(captured.Blobs.GetPlace(entry).Blob.Key, out int first))
            {
                marking.Used.TrySet(first);
            }
        }
    }

    private void Refuse(SnapshotRoots roots, bool hasPacks)
    {
        if (roots.Snapshots == 0 && hasPacks && !(_options.Force && roots.Restorable == 0))
        {
            throw new HandyBackupException(ErrorCode.NoSnapshotsListed, $"The repository '{Open.Store.Location}' has data but lists no snapshot, so nothing is deleted.")
            {
                Target = Open.Store.Location,
                Advice = roots.Restorable > 0
                    ? "Its removed snapshots can still be restored with Restore-HBSnapshot. When the time for that is over, -Force deletes everything."
                    : "See that its place is mounted and whole. If it shall become empty, use -Force.",
            };
        }

        if (roots.Snapshots < _options.LeastSnapshots && !_options.Force)
        {
            throw new HandyBackupException(ErrorCode.SnapshotsVanished, $"The repository '{Open.Store.Location}' lists {roots.Snapshots} snapshots, and at least {_options.LeastSnapshots} must be there: others than this server removed some, so nothing is deleted.")
            {
                Target = Open.Store.Location,
                Advice = "See that its place is mounted and whole, and who removed snapshots. If that was on purpose, use -Force.",
            };
        }
    }

    private static PruneResult Describe(SnapshotRoots roots, PrunePlan plan, SweptPacks swept, int condemned, long condemnedBytes) => new()
    {
        Snapshots = roots.Snapshots,
        RestorableSnapshots = roots.Restorable,
        ExpiredSnapshots = roots.Expired.Count,
        Packs = plan.Captured.PackCount,
        Bytes = plan.Figures.Bytes,
        UnusedPacks = plan.Figures.UnusedPacks,
        UnusedBytes = plan.Figures.UnusedBytes,
        RewrittenPacks = plan.Figures.RewrittenPacks,
        RewrittenBytes = plan.Figures.RewrittenBytes,
        CopiedBytes = plan.Figures.CopiedBytes,
        ToleratedBytes = plan.Figures.ToleratedBytes,
        RemovedPacks = swept.Removed,
        FreedBytes = swept.RemovedBytes,
        CondemnedPacks = swept.Waiting + condemned,
        FollowingBytes = swept.WaitingBytes + condemnedBytes,
    };
}
