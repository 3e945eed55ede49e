using System.Collections;

namespace HandyBackup.Server.Core;

/// <summary>The newest snapshot of each series in all repositories that were added, oldest first. Not safe to share between threads.</summary>
internal sealed class NewestSnapshots : IEnumerable<LocatedSnapshot>
{
    private readonly Dictionary<string, LocatedSnapshot> _newest = [];

    /// <summary>Takes in the snapshots of a repository.</summary>
    public void Add(IEnumerable<LocatedSnapshot> snapshots)
    {
        foreach (LocatedSnapshot located in snapshots)
        {
            string series = SnapshotSeries.KeyOf(located.Snapshot);
            if (!_newest.TryGetValue(series, out LocatedSnapshot? known) || IsNewer(located, known))
            {
                _newest[series] = located;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<LocatedSnapshot> GetEnumerator() => _newest.Values.OrderBy(located => located.Snapshot.Time).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // A copy in a second repository has the time of its original. The original is meant, as long as it is there.
    private static bool IsNewer(LocatedSnapshot one, LocatedSnapshot other) =>
        one.Snapshot.Time > other.Snapshot.Time || (one.Snapshot.Time == other.Snapshot.Time && one.Snapshot.Original is null && other.Snapshot.Original is not null);
}
