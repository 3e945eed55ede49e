using System.Runtime.InteropServices;

namespace HandyBackup.Agent.Core.Memory;

/// <summary>What libraries such as OpenSSL have freed and the C library keeps for the next who asks: a handshake takes much more than a connection.</summary>
internal static partial class NativeHeap
{
    /// <summary>Gives it back to the system. May be called at any time, from any thread; where the C library knows no such call, nothing happens.</summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // It is glibc's own; musl keeps little.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);
}
