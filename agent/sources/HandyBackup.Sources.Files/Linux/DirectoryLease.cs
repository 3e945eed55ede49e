using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>One user's hold on an open folder. Dispose it once.</summary>
[SupportedOSPlatform("linux")]
internal readonly struct DirectoryLease(DirectoryHandle handle) : IDisposable
{
    public int Descriptor => handle.Descriptor;

    public void Dispose() => handle.Release();
}
