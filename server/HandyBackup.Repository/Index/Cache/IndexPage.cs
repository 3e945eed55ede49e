using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// The pages that cache files are made of: 4,080 bytes of records, the page's mark (the file's random mark plus the page's number), and the first eight
/// bytes of the SHA-256 of both. So a page that was altered, belongs elsewhere, or is left from an older file is told from a sound one.
/// </summary>
internal static class IndexPage
{
    /// <summary>Length of a page in bytes.</summary>
    public const int Size = 4096;

    private const int ContentLength = 4080;
    private const int HashOffset = ContentLength + sizeof(ulong);

    /// <summary>How many records of a type a page holds.</summary>
    public static int Capacity<T>()
        where T : unmanaged => ContentLength / Unsafe.SizeOf<T>();

    /// <summary>How many pages hold so many records.</summary>
    public static int PagesFor<T>(int count)
        where T : unmanaged => (int)(((long)count + Capacity<T>() - 1) / Capacity<T>());

    /// <summary>Writes mark and hash into a page whose records are there.</summary>
    public static void Seal(Span<byte> page, ulong fileMark, int number)
    {
        MemoryMarshal.Write(page.Slice(ContentLength), fileMark + (ulong)number);
        MemoryMarshal.Write(page.Slice(HashOffset), HashOf(page));
    }

    /// <summary>True if the page is as it was sealed.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> page, ulong fileMark, int number) =>
        MemoryMarshal.Read<ulong>(page.Slice(ContentLength)) == fileMark + (ulong)number && MemoryMarshal.Read<ulong>(page.Slice(HashOffset)) == HashOf(page);

    private static ulong HashOf(ReadOnlySpan<byte> page)
    {
        Span<byte> hash = stackalloc byte[Sha256Hash.Size];
        SHA256.HashData(page.Slice(0, HashOffset), hash);
        return MemoryMarshal.Read<ulong>(hash);
    }
}
