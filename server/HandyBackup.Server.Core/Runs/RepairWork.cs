using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Executes repairs.</summary>
internal sealed class RepairWork(OpenRepositories repositories, TimeSpan lockWait)
{
    /// <summary>Repairs a repository. What is lost counts as something that needs a look; all the rest is noted.</summary>
    /// <param name="record">The repository.</param>
    /// <param name="request">How to repair it.</param>
    /// <param name="donor">The repository that lost blobs are taken from; null for none.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Stops the repair.</param>
    public async Task<RunResult> ExecuteAsync(
        RepositoryRecord record, RepairRepositoryRequest request, RepositoryRecord? donor, ActiveRun run, CancellationToken cancellationToken)
    {
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken);
        var options = new RepairOptions { PlanOnly = request.PlanOnly, OnlyAddParity = request.OnlyAddParity };
        if (donor is null)
        {
            return await RepairAsync(lease.Value, options, run, cancellationToken);
        }

        await using RepositoryLease<IndexedRepository> other = await repositories.OpenIndexedAsync(donor, cancellationToken);
        return await LockedWork.RunAsync(
            donor,
            other.Value.Repository,
            lockWait,
            token => RepairAsync(lease.Value, options with { Donor = other.Value }, run, token),
            cancellationToken);
    }

    private static async Task<RunResult> RepairAsync(OpenRepository repository, RepairOptions options, ActiveRun run, CancellationToken cancellationToken)
    {
        var totals = new RepairTotals();
        await foreach (RepairFinding finding in RepositoryRepair.RunAsync(repository, options, run, cancellationToken))
        {
            totals = Add(totals, finding);
            if (finding.Outcome == RepairOutcome.Lost)
            {
                await run.WarnAsync(RunLogLevel.Error, finding.Code ?? ErrorCode.BlobMissing, finding.Target, finding.Message, cancellationToken);
            }
            else if (finding.Code is { } code)
            {
                await run.NoteAsync(code, finding.Target, finding.Message, cancellationToken);
            }
            else
            {
                await run.LogAsync(RunLogLevel.Information, null, finding.Message, cancellationToken);
            }
        }

        return new RunResult(run.Current.Progress with { Repair = totals });
    }

    private static RepairTotals Add(RepairTotals totals, RepairFinding finding) => finding.Outcome switch
    {
        RepairOutcome.Healed => totals with { Healed = totals.Healed + finding.Count },
        RepairOutcome.Salvaged => totals with { Salvaged = totals.Salvaged + finding.Count },
        RepairOutcome.Fetched => totals with { Fetched = totals.Fetched + finding.Count },
        RepairOutcome.Rebuilt => totals with { Rebuilt = totals.Rebuilt + finding.Count },
        RepairOutcome.Protected => totals with { Protected = totals.Protected + finding.Count },
        RepairOutcome.Removed => totals with { Removed = totals.Removed + finding.Count },
        _ => totals with { Lost = totals.Lost + finding.Count },
    };
}
