using HandyBackup.Catalog;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>What makes snapshots a series: one task, or one host and one set of paths where no task is known.</summary>
internal static class SnapshotSeries
{
    // No name and no path can hold this character.
    private const char Separator = '\0';

    /// <summary>Equal for snapshots of one series.</summary>
    public static string KeyOf(Snapshot snapshot) => snapshot.Origin is { } origin
        ? string.Join(Separator, "task", NameKey.Of(origin.Task), NameKey.Of(origin.Agent))
        : string.Join(Separator, ["host", snapshot.HostName, .. snapshot.Paths.Order(StringComparer.Ordinal)]);
}
