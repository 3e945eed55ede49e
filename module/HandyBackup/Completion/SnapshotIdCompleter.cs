using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Completion;

/// <summary>Completes ids of snapshots.</summary>
public sealed class SnapshotIdCompleter : NameCompleter
{
    private protected override async IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (SnapshotInfo snapshot in session.Connection.Snapshots.ListAsync(new SnapshotQuery(), cancellationToken))
        {
            yield return new KeyValuePair<string, string>(snapshot.Id, $"{snapshot.Time.ToLocalTime():yyyy-MM-dd HH:mm} {snapshot.Task} {snapshot.HostName}");
        }
    }
}
