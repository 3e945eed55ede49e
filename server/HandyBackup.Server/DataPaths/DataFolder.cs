using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Local;

namespace HandyBackup.Server.DataPaths;

/// <summary>The data path: it holds keys and the endpoint, so nobody but the server's user may enter it.</summary>
public static class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder, or closes an existing one to others.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.DataPathUnusable"/>.</exception>
    public static void Prepare(string dataPath)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                PrepareWindows(dataPath);
            }
            else
            {
                PrepareUnix(dataPath);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable(dataPath, exception.Message, exception);
        }
    }

    /// <summary>The error for a data path that cannot serve.</summary>
    internal static HandyBackupException Unusable(string dataPath, string reason, Exception? cause) =>
        new(ErrorCode.DataPathUnusable, $"The data path '{dataPath}' cannot be used: {reason}", cause)
        {
            Target = dataPath,
            Advice = "Choose a folder on a local disk that belongs to the user that runs the server, or that this user can create.",
        };

    [UnsupportedOSPlatform("windows")]
    private static void PrepareUnix(string dataPath)
    {
        Directory.CreateDirectory(dataPath, OwnerOnly);
        uint owner = UnixIdentity.OwnerOf(dataPath);
        if (owner != UnixIdentity.Current)
        {
            throw Unusable(dataPath, $"it belongs to user {owner}, and the server runs as user {UnixIdentity.Current}.", cause: null);
        }

        if (File.GetUnixFileMode(dataPath) != OwnerOnly)
        {
            File.SetUnixFileMode(dataPath, OwnerOnly);
        }
    }

    [SupportedOSPlatform("windows")]
    private static void PrepareWindows(string dataPath)
    {
        DirectoryInfo folder = Directory.CreateDirectory(dataPath);
        var security = new DirectorySecurity();

        // Rights that the parent would hand down (on C:\ any user may read) end here.
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (SecurityIdentifier trusted in WindowsAccess.TrustedUsers())
        {
            security.AddAccessRule(new FileSystemAccessRule(
                trusted,
                FileSystemRights.FullControl,
                InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
                PropagationFlags.None,
                AccessControlType.Allow));
        }

        folder.SetAccessControl(security);
    }
}
