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

    private static bool IsAbsolute(string path) => RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
        ? path.Length > 2 && (path.StartsWith(@"\\", StringComparison.Ordinal) || (char.IsLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/'))
        : path[0] == '/';

    private static HandyBackupException Invalid(string path, Exception? innerException) =>
        new(ErrorCode.InvalidArgument, $"'{path}' is not a path of the file system.", innerException)
        {
            Target = path,
            Advice = "Give an absolute path, or change to a folder of the file system first.",
        };
}
