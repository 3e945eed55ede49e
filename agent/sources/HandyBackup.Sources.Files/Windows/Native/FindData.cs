using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HandyBackup.Sources.Files.Windows.Native;

/// <summary>WIN32_FIND_DATAW (minwinbase.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FindData
{
    public uint Attributes;
    public FileTime Created;
    public FileTime Accessed;
    public FileTime Modified;
    public uint SizeHigh;
    public uint SizeLow;

    /// <summary>The reparse tag, if the attributes say that there is one.</summary>
    public uint Tag;
    public uint Reserved;
    public LongName Name;
    public ShortName AlternateName;

    /// <summary>FILETIME: two halves, as the record is aligned to four bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileTime
    {
        public uint Low;
        public uint High;

        public readonly SourceTime ToTime() => WindowsTime.FromFileTime(((long)High << 32) | Low);
    }

    [InlineArray(260)]
    internal struct LongName
    {
        public char First;
    }

    [InlineArray(14)]
    internal struct ShortName
    {
        public char First;
    }
}
