using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>
/// What metadata is set on: an open descriptor, or, where that cannot be had (links, device nodes), a path through /proc/self/fd that
/// leads to the inode itself. The methods give back what the system calls do.
/// </summary>
[SupportedOSPlatform("linux")]
internal readonly unsafe struct MetadataTarget
{
    private readonly int _descriptor;
    private readonly byte* _path;

    public MetadataTarget(int descriptor) => _descriptor = descriptor;

    /// <summary>Takes a path that ends with 0 and stays where it is as long as the target is used.</summary>
    public MetadataTarget(byte* path) => _path = path;

    public int SetOwner(uint user, uint group) =>
        _path == null ? LibcMetadata.ChangeOwner(_descriptor, user, group) : LibcMetadata.ChangeOwner(_path, user, group);

    public int SetMode(uint mode) =>
        _path == null ? LibcMetadata.ChangeMode(_descriptor, mode) : LibcMetadata.ChangeMode(_path, mode);

    public int SetAttribute(byte* name, byte* value, int size) =>
        _path == null ? LibcAttributes.Set(_descriptor, name, value, size, 0) : LibcAttributes.Set(_path, name, value, size, 0);

    public int RemoveAttribute(byte* name) =>
        _path == null ? LibcAttributes.Remove(_descriptor, name) : LibcAttributes.Remove(_path, name);

    public nint ListAttributes(byte* names, nint size) =>
        _path == null ? LibcAttributes.List(_descriptor, names, size) : LibcAttributes.List(_path, names, size);

    /// <summary>Sets the time of last change, and that of last access to the same, as snapshots keep only the one.</summary>
    public int SetTimes(SourceTime modified)
    {
        var time = new LibcMetadata.Timespec { Seconds = modified.UnixSeconds, Nanoseconds = modified.Nanoseconds };
        LibcMetadata.Timespec* times = stackalloc LibcMetadata.Timespec[2] { time, time };
        return _path == null ? LibcMetadata.SetTimes(_descriptor, times) : LibcMetadata.SetTimes(AtFlags.WorkingFolder, _path, times, 0);
    }
}
