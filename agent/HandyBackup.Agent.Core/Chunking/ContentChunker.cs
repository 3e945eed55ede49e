using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HandyBackup.Agent.Core.Chunking;

/// <summary>
/// Cuts content where the content itself says so (gear hash), so that an insertion moves the cuts near it and no others. Safe to share.
/// </summary>
/// <remarks>
/// Where a chunk ends depends on its own bytes and the key alone, never on how the content was read. The condition for a cut is strict up to
/// <see cref="NormalSize"/> and loose beyond it ("normalised chunking": FastCDC, Xia et al., USENIX ATC 2016), so most chunks are near the
/// average of about 1 MiB.
/// </remarks>
/// <param name="table">The words of the repository's key.</param>
public sealed class ContentChunker(GearTable table)
{
    /// <summary>No chunk is shorter, except a file's last.</summary>
    public const int MinSize = 512 * 1024;

    /// <summary>Up to here a cut is rare, from here on it is likely.</summary>
    public const int NormalSize = 896 * 1024;

    /// <summary>No chunk is longer.</summary>
    public const int MaxSize = 8 * 1024 * 1024;

    // A gear hash forgets a byte after 64 shifts: this much before the first possible cut is all that has to be hashed.
    private const int Window = 64;

    // A cut every 2^20 bytes, and every 2^18 bytes. Small words are as likely as words with any other pattern of as many bits, and the high
    // bits depend on all bytes of the window, the low ones only on the last few.
    private const ulong StrictLimit = 1ul << (64 - 20);
    private const ulong LooseLimit = 1ul << (64 - 18);

    /// <summary>Finds the end of the chunk that starts with <paramref name="content"/>.</summary>
    /// <param name="content">What is there from the chunk's start. More than <see cref="MaxSize"/> is not looked at.</param>
    /// <param name="isLast">True if nothing follows.</param>
    /// <returns>The chunk's length; 0 if it cannot be told without more content, or if there is none.</returns>
    public int FindCut(ReadOnlySpan<byte> content, bool isLast)
    {
        int end = Math.Min(content.Length, MaxSize);
        if (end > MinSize)
        {
            ulong hash = 0;
            int position = MinSize - Window;
            if (Scan(content, ref hash, ref position, MinSize, limit: 0)
                || Scan(content, ref hash, ref position, Math.Min(NormalSize, end), StrictLimit)
                || Scan(content, ref hash, ref position, end, LooseLimit))
            {
                return position;
            }
        }

        return isLast || end == MaxSize ? end : 0;
    }

    // One addition and one comparison a byte, four bytes at a time: the loop runs at the speed of the chain of additions.
    private bool Scan(ReadOnlySpan<byte> content, ref ulong hash, ref int position, int end, ulong limit)
    {
        ref ulong words = ref MemoryMarshal.GetReference(table.Words);
        ref byte bytes = ref MemoryMarshal.GetReference(content[..end]);
        ulong h = hash;
        int i = position;
        for (; i + 4 <= end; i += 4)
        {
            ulong h1 = h + h + Unsafe.Add(ref words, (nint)Unsafe.Add(ref bytes, i));
            ulong h2 = h1 + h1 + Unsafe.Add(ref words, (nint)Unsafe.Add(ref bytes, i + 1));
            ulong h3 = h2 + h2 + Unsafe.Add(ref words, (nint)Unsafe.Add(ref bytes, i + 2));
            h = h3 + h3 + Unsafe.Add(ref words, (nint)Unsafe.Add(ref bytes, i + 3));
            if (h1 < limit || h2 < limit || h3 < limit || h < limit)
            {
                position = i + (h1 < limit ? 1 : h2 < limit ? 2 : h3 < limit ? 3 : 4);
                return true;
            }
        }

        for (; i < end; i++)
        {
            h = h + h + Unsafe.Add(ref words, (nint)Unsafe.Add(ref bytes, i));
            if (h < limit)
            {
                position = i + 1;
                return true;
            }
        }

        hash = h;
        position = i;
        return false;
    }
}
