namespace HandyBackup.Stores;

/// <summary>The drive that a folder lies on.</summary>
internal static class LocalDrive
{
    /// <summary>
    /// True if one machine alone serves the folder from its own drive, so that whoever lists it sees what others created before. Clients of network drives
    /// keep listings for a while (nfs(5), acdirmin), and what lies behind FUSE is anybody's guess.
    /// </summary>
    /// <param name="folder">Its absolute path; it need not exist, which counts as no.</param>
    public static bool IsOwn(string folder)
    {
        try
        {
            var drive = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder);
            return drive.DriveType is DriveType.Fixed or DriveType.Ram or DriveType.Removable && !drive.DriveFormat.StartsWith("fuse", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A share without a drive letter, or nothing that can be asked.
            return false;
        }
    }
}
