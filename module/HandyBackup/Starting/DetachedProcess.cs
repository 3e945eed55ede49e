using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Starting;

/// <summary>Starts programs that outlive this process and its console.</summary>
internal static class DetachedProcess
{
    /// <summary>Starts a program with no console, no standard streams and no handle of ours.</summary>
    /// <returns>Its process id.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerStartFailed"/>.</exception>
    public static int Start(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            return RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
                ? WindowsDetachedProcess.Start(program, arguments)
                : UnixDetachedProcess.Start(program, arguments);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException or FormatException)
        {
            throw new HandyBackupException(
                ErrorCode.ServerStartFailed,
                string.Format(CultureInfo.InvariantCulture, "The server '{0}' cannot be started: {1}", program, exception.Message),
                exception)
            {
                Target = program,
                Advice = "Check that the file is a program for this machine and that your account may execute it.",
            };
        }
    }
}
