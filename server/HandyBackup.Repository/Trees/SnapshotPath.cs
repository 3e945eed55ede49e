using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>A path inside a snapshot, as people write it: '/' separated, escaped as <see cref="ItemName"/> says, with or without a leading '/'.</summary>
internal static class SnapshotPath
{
    /// <summary>The names on the way from the root; none for the root itself.</summary>
    public static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
