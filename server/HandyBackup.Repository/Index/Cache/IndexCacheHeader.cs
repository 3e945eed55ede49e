using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The first page of a cache file. What it counts says where the sections begin; docs/design/repository.md has the format.</summary>
/// <param name="Magic">Says what the file is, in which version, and by its byte order for which machines.</param>
/// <param name="FileMark">A random number that every page bears.</param>
/// <param name="Repository">The repository's id.</param>
/// <param name="EntryCount">How many places of blobs there are.</param>
/// <param name="PackCount">How many packs there are.</param>
/// <param name="FileCount">How many index files are represented.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct IndexCacheHeader(ulong Magic, ulong FileMark, Sha256Hash Repository, int EntryCount, int PackCount, int FileCount)
{
    /// <summary>The value of <see cref="Magic"/> in files of this version: "HBINDEX" and the version.</summary>
    public const ulong CurrentMagic = 0x48_42_49_4E_44_45_58_01;

    /// <summary>The first page of the entries, sorted.</summary>
    public const int EntryPage = 1;

    /// <summary>How many pages the entries take.</summary>
    public int EntryPages => IndexPage.PagesFor<BlobEntry>(EntryCount);

    /// <summary>The first page of the packs' ids in order of their numbers.</summary>
    public int PackPage => EntryPage + EntryPages;

    /// <summary>The first page of the packs' numbers in order of their ids.</summary>
    public int SlotPage => PackPage + IndexPage.PagesFor<PackId>(PackCount);

    /// <summary>The first page of the fences: for each page of entries the prefix of its first.</summary>
    public int FencePage => SlotPage + IndexPage.PagesFor<PackSlot>(PackCount);

    /// <summary>The first page of the ids of the index files.</summary>
    public int FilePage => FencePage + IndexPage.PagesFor<ulong>(EntryPages);

    /// <summary>How long the file is, in pages.</summary>
    public long PageCount => FilePage + (long)IndexPage.PagesFor<IndexId>(FileCount);

    /// <summary>Makes the page.</summary>
    public byte[] ToPage()
    {
        byte[] page = new byte[IndexPage.Size];
        MemoryMarshal.Write(page, this);
        IndexPage.Seal(page, FileMark, number: 0);
        return page;
    }

    /// <summary>Reads the page.</summary>
    /// <returns>Null if it is damaged, or of another version or machine.</returns>
    public static IndexCacheHeader? FromPage(ReadOnlySpan<byte> page)
    {
        IndexCacheHeader header = Unsafe.ReadUnaligned<IndexCacheHeader>(in page[0]);
        bool isSound = header.Magic == CurrentMagic && IndexPage.IsIntact(page, header.FileMark, number: 0) && (header.EntryCount | header.PackCount | header.FileCount) >= 0;
        return isSound ? header : null;
    }
}
