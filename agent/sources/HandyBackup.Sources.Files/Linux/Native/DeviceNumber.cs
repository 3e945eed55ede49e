namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>Device numbers as the C library encodes them: makedev(3), glibc bits/sysmacros.h. restic stores them in this form.</summary>
internal static class DeviceNumber
{
    public static ulong Make(uint major, uint minor) =>
        ((ulong)(major & 0xFFFFF000u) << 32) | ((ulong)(major & 0xFFFu) << 8) | ((ulong)(minor & 0xFFFFFF00u) << 12) | (minor & 0xFFu);
}
