using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Windows.Native;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>Folders that nothing is written into, by whatever link, short name or letter case a path leads there.</summary>
internal sealed class WindowsProtectedFolders
{
    private readonly IReadOnlyList<(string FinalPath, string Path)> _folders;

    /// <summary>Looks up the folders. One that does not exist needs no protection.</summary>
    /// <exception cref="SourceException">One cannot be looked at.</exception>
    [SupportedOSPlatform("windows")]
    public WindowsProtectedFolders(IReadOnlyList<string> paths) =>
        _folders = [.. paths.Select(path => (FinalPath.TryGet(path, followLink: true)!, path)).Where(folder => folder.Item1 is not null)];

    /// <summary>Lets pass a path that leads to none of the folders, nor into one.</summary>
    /// <param name="path">The path; nothing needs to be there.</param>
    /// <param name="followLink">False for a path whose last name is replaced if it is a link.</param>
    /// <exception cref="SourceException"><see cref="SourceError.Protected"/>, or it cannot be looked at.</exception>
    [SupportedOSPlatform("windows")]
    public void Check(string path, bool followLink)
    {
        if (_folders.Count == 0)
        {
            return;
        }

        // What does not exist yet would be made in what exists above it.
        string? final = null;
        for (string? at = path; at is not null && final is null; at = Path.GetDirectoryName(at))
        {
            final = FinalPath.TryGet(at, followLink || at != path);
        }

        foreach ((string folder, string name) in _folders)
        {
            if (final is not null && IsWithin(final, folder))
            {
                throw ProtectedFolder.Refuse(name, path);
            }
        }
    }

    /// <summary>True if a resolved path is a resolved folder's, or lies in it.</summary>
    internal static bool IsWithin(string path, string folder)
    {
        string top = folder.TrimEnd('\\');
        return path.StartsWith(top, StringComparison.OrdinalIgnoreCase) && (path.Length == top.Length || path[top.Length] == '\\');
    }
}
