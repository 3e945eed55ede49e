using System.Runtime.InteropServices;

namespace HandyBackup.Windows.Tests.Kit;

/// <summary>Whether the tests run on Windows or on Wine.</summary>
internal static class Wine
{
    /// <summary>True on Wine, whose ntdll.dll alone has this function.</summary>
    public static bool IsRunningThis { get; } = NativeLibrary.TryGetExport(NativeLibrary.Load("ntdll.dll"), "wine_get_version", out _);
}
