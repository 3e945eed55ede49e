using System.Management.Automation;
using System.Runtime.InteropServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>Makes paths absolute: the server has another current folder than the user.</summary>
internal static class PathResolution
{
    /// <summary>The absolute path of the file system for a path as users type it: relative to the PowerShell location, on a PowerShell drive, or with <c>~</c>.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is no path of the file system.</exception>
    public static string ResolvePath(this PSCmdlet cmdlet, string path)
    {
        // PowerShell would turn backslashes into slashes, but on Unix they belong to names and to the escapes of ItemName.
        if (path.Length > 0 && IsAbsolute(path))
        {
            return path;
        }

        try
        {
            string resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.Name == "FileSystem")
            {
                return resolved;
            }
        }
        catch (Exception exception) when (exception is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ProviderInvocationException or PSInvalidOperationException or NotSupportedException)
        {
            throw Invalid(path, exception);
        }

        throw Invalid(path, null);
    }

    /// <summary>The absolute path on the server's machine. If that is this one, it may be typed as <see cref="ResolvePath(PSCmdlet, string)"/> reads it; what is relative here means nothing elsewhere.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is no path of the file system, or relative and the server is on another machine.</exception>
    public static string ResolvePath(this PSCmdlet cmdlet, string path, HBSession session)
    {
        if (session.ComputerName is null)
        {
            return cmdlet.ResolvePath(path);
        }

        return RequireAbsolute(path, $"on the machine of the server at {session.ComputerName}");
    }

    /// <summary>A path for another machine, whose system need not be this one's.</summary>
    /// <param name="path">The path.</param>
    /// <param name="where">Whose machine it is, for the error.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is relative.</exception>
    public static string RequireAbsolute(string path, string where) => path.Length > 0 && (IsAbsoluteOnUnix(path) || IsAbsoluteOnWindows(path))
        ? path
        : throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{path}' is not an absolute path, and it is for another machine.")
        {
            Target = path,
            Advice = $"Give the absolute path {where}.",
        };

    private static bool IsAbsolute(string path) => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? IsAbsoluteOnWindows(path) : IsAbsoluteOnUnix(path);

    private static bool IsAbsoluteOnWindows(string path) =>
        path.Length > 2 && (path.StartsWith(@"\\", StringComparison.Ordinal) || (char.IsLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/'));

    private static bool IsAbsoluteOnUnix(string path) => path[0] == '/';

    private static HandyBackupException Invalid(string path, Exception? innerException) =>
        new(ErrorCode.InvalidArgument, $"'{path}' is not a path of the file system.", innerException)
        {
            Target = path,
            Advice = "Give an absolute path, or change to a folder of the file system first.",
        };
}
