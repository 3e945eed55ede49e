using System.Runtime.InteropServices;

namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>struct statx (include/uapi/linux/stat.h): 256 bytes, laid out alike on every architecture.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct StatX
{
    private const uint FormatMask = 0xF000;

    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint Links;
    public uint UserId;
    public uint GroupId;
    public ushort ModeAndFormat;
    public ushort Spare;
    public ulong Inode;
    public ulong Size;
    public ulong Blocks;
    public ulong AttributesMask;
    public Timestamp Accessed;
    public Timestamp Born;
    public Timestamp Changed;
    public Timestamp Modified;
    public uint DeviceMajor;
    public uint DeviceMinor;
    public uint FileSystemMajor;
    public uint FileSystemMinor;

    /// <summary>The twelve permission bits.</summary>
    public readonly uint Permissions => ModeAndFormat & 0xFFFu;

    /// <summary>What the inode is; the S_IFMT values of inode(7).</summary>
    public readonly SourceItemKind Kind => (ModeAndFormat & FormatMask) switch
    {
        0x8000 => SourceItemKind.File,
        0x4000 => SourceItemKind.Folder,
        0xA000 => SourceItemKind.SymbolicLink,
        0x6000 => SourceItemKind.BlockDevice,
        0x2000 => SourceItemKind.CharacterDevice,
        0x1000 => SourceItemKind.Fifo,
        0xC000 => SourceItemKind.Socket,
        _ => SourceItemKind.Other,
    };

    /// <summary>The number of the device that it lies on, as stat(2) gives it.</summary>
    public readonly ulong FileSystem => DeviceNumber.Make(FileSystemMajor, FileSystemMinor);

    /// <summary>The number of the device that it stands for, as stat(2) gives it.</summary>
    public readonly ulong Device => DeviceNumber.Make(DeviceMajor, DeviceMinor);

    /// <summary>True if fewer blocks are allocated than the size needs: some of the content is holes.</summary>
    public readonly bool IsSparse => Blocks < (Size + 511) / 512;

    [StructLayout(LayoutKind.Sequential)]
    internal struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;

        public readonly SourceTime ToTime() => new(Seconds, (int)Nanoseconds);
    }
}
