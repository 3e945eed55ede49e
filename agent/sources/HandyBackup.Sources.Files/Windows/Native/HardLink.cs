using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Windows.Native;

/// <summary>Makes hard links, which System.IO cannot.</summary>
[SupportedOSPlatform("windows")]
internal static partial class HardLink
{
    /// <summary>Gives a file a further name, which must be free.</summary>
    /// <returns>0, or the error's number.</returns>
    public static int Create(string path, string existing) => Link(path, existing, 0) != 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("kernel32.dll", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial int Link(string path, string existing, nint security);
}
