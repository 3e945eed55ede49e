using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="ISnapshots"/>
internal sealed class SnapshotService(
    ICatalog catalog,
    RepositoryDirectory directory,
    SnapshotDirectory snapshots,
    OpenRepositories repositories,
    RunEngine engine,
    CopyWork copy,
    TimeSpan lockWait,
    ILogger logger) : ISnapshots
{
    /// <summary>Lists snapshots. What cannot be read does not hide the rest: the first failure is the error at the end.</summary>
    public async IAsyncEnumerable<SnapshotInfo> ListAsync(SnapshotQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = new SnapshotFilter(query);
        var newest = new NewestSnapshots();
        HandyBackupException? failure = null;
        await foreach (RepositoryRecord repository in directory.ListAsync(query.Repository, cancellationToken))
        {
            List<LocatedSnapshot> found = [];
            try
            {
                failure = (query.Removed
                    ? await CollectRemovedAsync(repository, filter, found, cancellationToken)
                    : await CollectAsync(repository, filter, found, cancellationToken)) ?? failure;
            }
            catch (HandyBackupException exception)
            {
                failure ??= exception;
            }

            if (query.Latest)
            {
                newest.Add(found);
                continue;
            }

            foreach (LocatedSnapshot located in found.OrderBy(located => located.Snapshot.Time))
            {
                yield return Describe(located);
            }
        }

        foreach (LocatedSnapshot located in newest)
        {
            yield return Describe(located);
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(SnapshotReference snapshot, CancellationToken cancellationToken)
    {
        (RepositoryRecord repository, SnapshotId id) = await snapshots.FindAsync(snapshot, cancellationToken);
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(repository, cancellationToken);
        // No other program beside it, as for restic's forget (cmd/restic/cmd_forget.go); our own backups and restores hold what they need.
        await using IAsyncDisposable others = await lease.Value.Locks.AcquireAsync(LockScope.Others, lockWait, cancellationToken);
        // Before: a count that is lost would later look like a snapshot that vanished.
        await catalog.Repositories.CountRemovedAsync(repository.Id, 1, cancellationToken);
        await lease.Value.RemovedSnapshots.RemoveAsync(id, cancellationToken);
        ServerLog.SnapshotRemoved(logger, id.ToString(), repository.Name);
    }

    /// <inheritdoc/>
    public async Task<SnapshotInfo> RestoreAsync(SnapshotReference snapshot, CancellationToken cancellationToken)
    {
        (RepositoryRecord repository, SnapshotId id) = await snapshots.FindRemovedAsync(snapshot, cancellationToken);
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(repository, cancellationToken);
        await using IAsyncDisposable shared = await lease.Value.Locks.AcquireAsync(exclusive: false, lockWait, cancellationToken);
        await lease.Value.RemovedSnapshots.RestoreAsync(id, repository.RemovalGrace, cancellationToken);
        await catalog.Repositories.CountRemovedAsync(repository.Id, -1, CancellationToken.None);
        ServerLog.SnapshotRestored(logger, id.ToString(), repository.Name);
        return Describe(new LocatedSnapshot(repository, id, await lease.Value.Snapshots.LoadAsync(id, cancellationToken)));
    }

    /// <inheritdoc/>
    public async Task<Run> StartCopyAsync(CopySnapshotRequest request, CancellationToken cancellationToken)
    {
        (RepositoryRecord source, SnapshotId id) = await snapshots.FindAsync(request.Snapshot, cancellationToken);
        RepositoryRecord target = await directory.FindAsync(request.Target, cancellationToken);
        if (source.Id == target.Id)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The snapshot {id.ToString()[..8]} lies in the repository '{target.Name}' itself.")
            {
                Target = request.Target,
                Advice = "Name another repository.",
            };
        }

        return await engine.StartAsync(
            new RunOrder
            {
                Kind = RunKind.Copy,
                Repository = target,
                SnapshotId = id.ToString(),
                Work = (run, token) => copy.ExecuteAsync(source, id, target, run, token),
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ItemDifference> CompareAsync(CompareSnapshotsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LocatedSnapshot reference = await snapshots.LoadAsync(request.Reference, cancellationToken);
        LocatedSnapshot difference = await snapshots.LoadAsync(request.Difference, cancellationToken);
        await using RepositoryLease<IndexedRepository> left = await repositories.OpenIndexedAsync(reference.Repository, cancellationToken);
        await using RepositoryLease<IndexedRepository> right = await repositories.OpenIndexedAsync(difference.Repository, cancellationToken);
        FoundNode? leftTop = await new SnapshotTree(left.Value.Reader, reference.Snapshot.Tree).TryFindAsync(request.Path, cancellationToken);
        FoundNode? rightTop = await new SnapshotTree(right.Value.Reader, difference.Snapshot.Tree).TryFindAsync(request.Path, cancellationToken);
        if (leftTop is null && rightTop is null)
        {
            throw new HandyBackupException(ErrorCode.ItemNotFound, $"Neither snapshot has an item '{request.Path}'.") { Target = request.Path };
        }

        var comparison = new TreeComparison(left.Value.Reader, right.Value.Reader);
        await foreach (NodeDifference found in comparison.RunAsync(leftTop, rightTop, cancellationToken))
        {
            Item? before = found.Reference is null ? null : SnapshotItem.Describe(found.Reference, found.ParentPath, reference);
            Item? after = found.Difference is null ? null : SnapshotItem.Describe(found.Difference, found.ParentPath, difference);
            yield return new ItemDifference { Path = (before ?? after)!.Path, Change = found.Change, Reference = before, Difference = after };
        }
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    // Sorting needs them all; a snapshot file has some hundred bytes.
    private async Task<HandyBackupException?> CollectAsync(RepositoryRecord repository, SnapshotFilter filter, List<LocatedSnapshot> found, CancellationToken cancellationToken)
    {
        HandyBackupException? failure = null;
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(repository, cancellationToken);
        Dictionary<SnapshotId, DateTimeOffset> verified = (await catalog.Verifications.FindSnapshotsAsync(repository.Id, cancellationToken)).ToDictionary(one => one.Id, one => one.Verified);
        await foreach (SnapshotEntry entry in lease.Value.Snapshots.ListAsync(cancellationToken))
        {
            if (entry.Snapshot is { } snapshot)
            {
                if (filter.Matches(entry.Id, snapshot))
                {
                    found.Add(new LocatedSnapshot(repository, entry.Id, snapshot, Verified: verified.TryGetValue(entry.Id, out DateTimeOffset time) ? time : null));
                }
            }
            else if (filter.MatchesId(entry.Id))
            {
                failure ??= entry.Error?.ToException();
            }
        }

        return failure;
    }

    // What stands in both places was being moved when somebody was interrupted: it is there.
    private async Task<HandyBackupException?> CollectRemovedAsync(RepositoryRecord repository, SnapshotFilter filter, List<LocatedSnapshot> found, CancellationToken cancellationToken)
    {
        HandyBackupException? failure = null;
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(repository, cancellationToken);
        await foreach (RemovedSnapshotEntry entry in lease.Value.RemovedSnapshots.ListAsync(cancellationToken))
        {
            if (entry is { Snapshot: { } snapshot, Removed: { } removed })
            {
                if (filter.Matches(entry.Id, snapshot) && !await lease.Value.Snapshots.ExistsAsync(entry.Id, cancellationToken))
                {
                    found.Add(new LocatedSnapshot(repository, entry.Id, snapshot, removed));
                }
            }
            else if (filter.MatchesId(entry.Id))
            {
                failure ??= entry.Error?.ToException();
            }
        }

        return failure;
    }

    private static SnapshotInfo Describe(LocatedSnapshot located)
    {
        Snapshot snapshot = located.Snapshot;
        return new SnapshotInfo
        {
            Id = located.Id.ToString(),
            Repository = located.Repository.Name,
            Time = snapshot.Time,
            Task = snapshot.Origin?.Task,
            Source = snapshot.Origin?.Source,
            Agent = snapshot.Origin?.Agent,
            HostName = snapshot.HostName,
            UserName = snapshot.UserName,
            Paths = snapshot.Paths,
            Tags = snapshot.Tags,
            Items = snapshot.Origin?.Totals.Items,
            Bytes = snapshot.Origin?.Totals.Bytes,
            AddedBytes = snapshot.Origin?.AddedBytes,
            LastVerified = located.Verified,
            Removed = located.Removed,
            RestorableUntil = located.Removed + located.Repository.RemovalGrace,
            Program = snapshot.ProgramVersion.Length > 0 ? snapshot.ProgramVersion : null,
        };
    }
}
