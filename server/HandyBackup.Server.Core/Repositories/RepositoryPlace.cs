using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The folder of a repository, in the one spelling under which it is compared and kept.</summary>
internal static class RepositoryPlace
{
    private static readonly StringComparison s_comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>The normal form of a path that a person gave.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is not absolute.</exception>
    public static string Normalise(string path)
    {
        if (string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal) || !Path.IsPathFullyQualified(path))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{path}' is not the absolute path of a folder.")
            {
                Target = path,
                Advice = "Give the whole path, from the root or drive on: the server does not know the panel's current folder.",
            };
        }

        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    /// <summary>True if both are the same folder; both in normal form.</summary>
    public static bool IsSame(string left, string right) => string.Equals(left, right, s_comparison);
}
