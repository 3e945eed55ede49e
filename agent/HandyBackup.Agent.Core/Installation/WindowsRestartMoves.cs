using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>The list that Windows works through early in its start.</summary>
[SupportedOSPlatform("windows")]
public sealed partial class WindowsRestartMoves : IRestartMoves
{
    // MOVEFILE_REPLACE_EXISTING, MOVEFILE_DELAY_UNTIL_REBOOT
    private const uint ReplaceExisting = 1;
    private const uint DelayUntilRestart = 4;

    /// <inheritdoc/>
    public void Replace(string from, string to) => Check(from, MoveFile(from, to, ReplaceExisting | DelayUntilRestart));

    /// <inheritdoc/>
    public void Delete(string path) => Check(path, MoveFile(path, null, DelayUntilRestart));

    private static void Check(string path, bool succeeded)
    {
        if (!succeeded)
        {
            throw new IOException($"'{path}' cannot be left to the next restart: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("kernel32.dll", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFile(string from, string? to, uint flags);
}
