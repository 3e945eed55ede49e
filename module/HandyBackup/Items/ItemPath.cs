namespace HandyBackup.Module;

/// <summary>Paths of items: '/' separated, without a leading or trailing '/'.</summary>
internal static class ItemPath
{
    /// <summary>A path as people type it, in the form that items have.</summary>
    public static string Normalize(string path) => path.Trim('/');

    /// <summary>The last part of a path.</summary>
    public static string Name(string path) => path.Substring(path.LastIndexOf('/') + 1);

    /// <summary>True if a path is the given folder, or lies in it.</summary>
    public static bool IsWithin(string path, string folder) =>
        folder.Length == 0 || (path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/'));
}
