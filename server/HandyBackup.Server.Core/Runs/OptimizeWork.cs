using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Executes optimizations.</summary>
internal sealed class OptimizeWork(ICatalog catalog, OpenRepositories repositories, RepositoryDirectory directory, CheckWork check, TimeSpan lockWait)
{
    private const double DefaultMaxUnused = 5;

    /// <summary>Lets go what no snapshot needs and then checks the repository with the share of its data that is due; or says what would go.</summary>
    /// <exception cref="HandyBackupException">The prune was refused or failed, or damage was found after it: see <see cref="CheckWork"/>.</exception>
    public async Task<RunResult> ExecuteAsync(RepositoryRecord queued, OptimizeRepositoryRequest request, ActiveRun run, CancellationToken cancellationToken)
    {
        // The grace and the counts may have changed while the run was queued.
        RepositoryRecord record = await directory.FindByIdAsync(queued, cancellationToken);
        await using RepositoryLease<IndexedRepository> lease = await OpenAsync(record, cancellationToken);
        var options = new PruneOptions
        {
            MaxUnusedPercent = request.MaxUnused ?? DefaultMaxUnused,
            RemovalGrace = record.RemovalGrace,
            SweepGrace = record.SweepGrace,
            LockWait = lockWait,
            LeastSnapshots = record.OptimizedSnapshots - record.RemovedSnapshots,
            Record = new CatalogVerificationRecord(catalog.Verifications, record.Id),
            Force = request.Force,
            PlanOnly = request.PlanOnly,
        };
        var prune = new RepositoryPrune(
            lease.Value, options, run, (damage, token) => run.WarnAsync(RunLogLevel.Warning, damage.Code, damage.Target ?? record.Name, damage.Message, token));
        PruneResult result = await LockedWork.RunAsync(record, lease.Value.Repository, lockWait, prune.RunAsync, cancellationToken);
        if (!request.PlanOnly)
        {
            await catalog.Repositories.SetOptimizedAsync(record.Id, result.Snapshots, CancellationToken.None);
        }

        RepositoryOptimization optimization = Describe(result, request.PlanOnly);
        await run.LogAsync(RunLogLevel.Information, null, Summarize(optimization), CancellationToken.None);
        run.Optimization = optimization;
        if (!request.PlanOnly && !request.NoVerify)
        {
            await VerifyAsync(record, lease.Value.Repository, optimization, run, cancellationToken);
        }

        return new RunResult(run.Current.Progress);
    }

    /// <summary>Refuses a limit that is no percentage.</summary>
    public static void Check(OptimizeRepositoryRequest request)
    {
        if (request.MaxUnused is { } percent && !(percent is >= 0 and <= 100))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"{percent} is no percentage.") { Target = nameof(request.MaxUnused), Advice = "Give 0 to 100." };
        }
    }

    private async Task VerifyAsync(RepositoryRecord record, OpenRepository repository, RepositoryOptimization done, ActiveRun run, CancellationToken cancellationToken)
    {
        long before = run.Current.Progress.Bytes;
        try
        {
            await check.CheckAsync(record, repository, CheckedData.Due, run, new FollowingProgress(run, run.Current.Progress), cancellationToken);
        }
        finally
        {
            run.Optimization = done with { VerifiedBytes = run.Current.Progress.Bytes - before };
        }
    }

    // An index file that cannot be read leaves open what is needed, as everything else does that the prune itself finds damaged.
    private async Task<RepositoryLease<IndexedRepository>> OpenAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        try
        {
            return await repositories.OpenIndexedAsync(record, cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.IndexDamaged)
        {
            throw new HandyBackupException(ErrorCode.UsageUnknown, $"What the snapshots of '{record.Name}' need is not known for sure, so nothing is deleted: {exception.Message}", exception)
            {
                Target = exception.Target,
                Advice = exception.Advice,
            };
        }
    }

    private static string Summarize(RepositoryOptimization done) => done.IsPlan
        ? $"{done.UnusedPacks} packs ({done.UnusedBytes} bytes) would leave and {done.RewrittenPacks} ({done.RewrittenBytes} bytes) would be rewritten; {done.FreedBytes} bytes would be freed at once and {done.FollowingBytes} bytes after the grace."
        : $"{done.UnusedPacks} packs ({done.UnusedBytes} bytes) left and {done.RewrittenPacks} ({done.RewrittenBytes} bytes) were rewritten; {done.FreedBytes} bytes were freed and {done.FollowingBytes} bytes follow after the grace.";

    private static RepositoryOptimization Describe(PruneResult result, bool isPlan) => new()
    {
        IsPlan = isPlan,
        Snapshots = result.Snapshots,
        RestorableSnapshots = result.RestorableSnapshots,
        ExpiredSnapshots = result.ExpiredSnapshots,
        Packs = result.Packs,
        Bytes = result.Bytes,
        UnusedPacks = result.UnusedPacks,
        UnusedBytes = result.UnusedBytes,
        RewrittenPacks = result.RewrittenPacks,
        RewrittenBytes = result.RewrittenBytes,
        CopiedBytes = result.CopiedBytes,
        ToleratedBytes = result.ToleratedBytes,
        RemovedPacks = result.RemovedPacks,
        FreedBytes = result.FreedBytes,
        CondemnedPacks = result.CondemnedPacks,
        FollowingBytes = result.FollowingBytes,
    };
}
