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

    // Long enough that hashing the window before it again does not count.
    private const int LaneSize = 8 * 1024;

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
            int normal = Math.Min(NormalSize, end);
            int cut = Scan(content, MinSize, normal, StrictLimit);
            cut = cut == 0 ? Scan(content, normal, end, LooseLimit) : cut;
            if (cut != 0)
            {
                return cut;
            }
        }

        return isLast || end == MaxSize ? end : 0;
    }

    // The first cut behind one of the bytes from start to end; 0 if there is none.
    private int Scan(ReadOnlySpan<byte> content, int start, int end, ulong limit)
    {
        int position = start;
        for (; position + (2 * LaneSize) <= end; position += 2 * LaneSize)
        {
            int cut = ScanLanes(content, position, limit);
            if (cut != 0)
            {
                return cut;
            }
        }

        ReadOnlySpan<ulong> words = table.Words;
        ulong hash = HashWindow(content, position);
        for (; position < end; position++)
        {
            hash = hash + hash + words[content[position]];
            if (hash < limit)
            {
                return position + 1;
            }
        }

        return 0;
    }

    // Two neighbouring stretches at once: each hash is one long chain of additions, and the processor has the units for two chains.
    private int ScanLanes(ReadOnlySpan<byte> content, int start, ulong limit)
    {
        ref ulong words = ref MemoryMarshal.GetReference(table.Words);
        ref byte first = ref MemoryMarshal.GetReference(content.Slice(start, 2 * LaneSize));
        ref byte second = ref Unsafe.Add(ref first, LaneSize);
        ulong hash1 = HashWindow(content, start);
        ulong hash2 = HashWindow(content, start + LaneSize);
        int cut2 = 0;
        for (nint i = 0; i < LaneSize; i++)
        {
            hash1 = hash1 + hash1 + Unsafe.Add(ref words, (nint)Unsafe.Add(ref first, i));
            hash2 = hash2 + hash2 + Unsafe.Add(ref words, (nint)Unsafe.Add(ref second, i));
            if (hash1 < limit)
            {
                return start + (int)i + 1;
            }

            if (hash2 < limit && cut2 == 0)
            {
                cut2 = start + LaneSize + (int)i + 1;
            }
        }

        return cut2;
    }

    // The hash of what lies just before a position.
    private ulong HashWindow(ReadOnlySpan<byte> content, int position)
    {
        ReadOnlySpan<ulong> words = table.Words;
        ulong hash = 0;
        foreach (byte value in content.Slice(position - Window, Window))
        {
            hash = hash + hash + words[value];
        }

        return hash;
    }
}
