using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>The conditions of a snapshot query that one snapshot can be judged by.</summary>
internal sealed class SnapshotFilter
{
    private readonly SnapshotQuery _query;
    private readonly NameFilter _task;
    private readonly NameFilter _host;

    /// <summary>Takes a query.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if the id is none.</exception>
    public SnapshotFilter(SnapshotQuery query)
    {
        if (query.Id is not null)
        {
            SnapshotDirectory.CheckId(query.Id);
        }

        _query = query;
        _task = new NameFilter(query.Task);
        _host = new NameFilter(query.HostName);
    }

    /// <summary>True if the id fits: all that is known of a damaged snapshot.</summary>
    public bool MatchesId(SnapshotId id) => _query.Id is null || id.ToString().StartsWith(_query.Id, StringComparison.OrdinalIgnoreCase);

    /// <summary>True if all conditions hold.</summary>
    public bool Matches(SnapshotId id, Snapshot snapshot) =>
        MatchesId(id)
        && _task.Matches(snapshot.Origin?.Task)
        && _host.Matches(snapshot.HostName)
        && (_query.Tag is null || snapshot.Tags.Contains(_query.Tag))
        && (_query.RunId is null || snapshot.Origin?.RunId == _query.RunId)
        && (_query.Since is null || snapshot.Time >= _query.Since);
}
