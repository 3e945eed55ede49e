using System.Threading.Channels;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Names what each snapshot has lost, item by item.</summary>
internal sealed class LostContent(OpenRepository repository, BlobIndex sound, BlobVerifier verifier, RepairReport report)
{
    /// <summary>Walks all snapshots.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<SnapshotEntry> snapshots = [];
        await foreach (SnapshotEntry entry in repository.Snapshots.ListAsync(cancellationToken))
        {
            if (entry.Snapshot is not null)
            {
                snapshots.Add(entry);
            }
        }

        report.AddTotals(snapshots.Count, 0);
        // All together first, each tree once: that is enough for a repository that lost nothing. If it did, each snapshot is walked for itself.
        if (await WalkAsync(snapshots, (_, _) => ValueTask.CompletedTask, cancellationToken) == 0)
        {
            return;
        }

        foreach (SnapshotEntry snapshot in snapshots)
        {
            await WalkAsync([snapshot], AddAsync, cancellationToken);
        }
    }

    private ValueTask AddAsync(CheckFinding finding, CancellationToken cancellationToken) =>
        report.AddAsync(RepairOutcome.Lost, finding.Code, finding.Target, finding.Message, cancellationToken);

    private async Task<long> WalkAsync(IReadOnlyList<SnapshotEntry> snapshots, Func<CheckFinding, CancellationToken, ValueTask> add, CancellationToken cancellationToken)
    {
        long count = 0;
        await foreach (CheckFinding finding in FindingStream.RunAsync<CheckFinding>((findings, stop) => WalkAsync(snapshots, findings, stop), cancellationToken))
        {
            count++;
            await add(finding, cancellationToken);
        }

        return count;
    }

    private async Task WalkAsync(IReadOnlyList<SnapshotEntry> snapshots, ChannelWriter<CheckFinding> findings, CancellationToken cancellationToken)
    {
        var walkReport = new CheckReport(findings, repository.Sidecars, new Progress<RunProgress>());
        var reader = new BlobReader(() => sound, repository, verifier, readsThroughParity: true);
        var trees = new TreesCheck(sound, new EntryFlags(sound.Count), reader, walkReport);
        foreach (SnapshotEntry snapshot in snapshots)
        {
            await trees.RunAsync(snapshot, cancellationToken);
        }
    }
}
