using System.Diagnostics;
using System.Globalization;

namespace HandyBackup.Module.Starting;

/// <summary>Detaches on Unix: a session of its own (setsid), the null device for all three streams, the init process as parent.</summary>
internal static class UnixDetachedProcess
{
    // The shell ends at once, so that the program is nobody's child here and leaves no zombie; it says the process id first. setsid
    // needs not fork, since a background job of a non-interactive shell is no group leader: its id is the program's.
    private const string Script = "command -v setsid >/dev/null || exit 127; cd /; setsid \"$0\" \"$@\" </dev/null >/dev/null 2>&1 & echo $!";

    /// <summary>Starts a program.</summary>
    /// <returns>Its process id.</returns>
    public static int Start(string program, IReadOnlyList<string> arguments)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", CommandLine.Join(["-c", Script, program, .. arguments]))
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        string id = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode == 127
            ? throw new InvalidOperationException("the program 'setsid' (package util-linux) is missing.")
            : int.Parse(id.Trim(), CultureInfo.InvariantCulture);
    }
}
