namespace HandyBackup.Server.Core;

/// <summary>Files that nobody but the server's account may read.</summary>
internal static class DataFile
{
    /// <summary>How to open a file for writing that is closed to everybody else from its first byte on.</summary>
    public static FileStreamOptions OwnerOnly(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
