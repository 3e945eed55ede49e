using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>What lies in a file's blocks before content is written there.</summary>
internal enum Beneath
{
    /// <summary>Holes.</summary>
    Nothing,

    /// <summary>Space that was reserved and reads as zeros.</summary>
    Reserved,

    /// <summary>Other content.</summary>
    Content,
}

/// <summary>Writes content at its places in a file, and makes holes of its zeros. Safe for several threads, each byte once.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SparseWriter(int descriptor, Beneath beneath)
{
    private const int BlockSize = 4096;

    // In place of other content, fewer zeros are sooner written than freed.
    private const int SmallestFreed = 16 * 1024;

    // So that a file with any number of small holes takes bounded memory.
    private const int MostLeftOut = 32_768;

    private readonly ByteRanges _leftOut = new();

    private HighestOffset _end;

    /// <summary>Where the last data that was written ends. Zeros after it may not have been.</summary>
    public long End => _end.Value;

    /// <summary>Writes content.</summary>
    /// <exception cref="SourceException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> content, long offset)
    {
        while (!content.IsEmpty)
        {
            int zeros = CountZeros(content, offset);
            int length = zeros > 0 ? zeros : CountData(content, offset);
            if (zeros == 0 || !TryLeaveOut(offset, zeros))
            {
                FileContent.Write(descriptor, content[..length], offset);
                _end.Raise(offset + length);
            }

            offset += length;
            content = content[length..];
        }
    }

    /// <summary>Gives back what was reserved for zeros: blocks that follow each other together, however small the parts were that they came in.</summary>
    public void FreeLeftOut()
    {
        foreach ((long start, long end) in _leftOut.TakeAll())
        {
            TryFree(start, end - start);
        }
    }

    // The length of the run of whole zero blocks that begins here; the rest of a block that was begun elsewhere is data.
    private static int CountZeros(ReadOnlySpan<byte> content, long offset)
    {
        if (offset % BlockSize != 0 || content.Length < BlockSize || content[0] != 0)
        {
            return 0;
        }

        int first = content.IndexOfAnyExcept((byte)0);
        int zeros = first < 0 ? content.Length : first;
        return zeros - (zeros % BlockSize);
    }

    // The length of the data up to the next whole block of zeros, or to the end.
    private static int CountData(ReadOnlySpan<byte> content, long offset)
    {
        int at = (int)((BlockSize - (offset % BlockSize)) % BlockSize);
        while (content.Length - at >= BlockSize)
        {
            if (content[at] == 0 && content.Slice(at, BlockSize).IndexOfAnyExcept((byte)0) < 0 && at > 0)
            {
                return at;
            }

            at += BlockSize;
        }

        return content.Length;
    }

    // True if the place reads as zeros without their being written.
    private bool TryLeaveOut(long offset, int length)
    {
        switch (beneath)
        {
            case Beneath.Reserved:
                _leftOut.Add(offset, length);
                if (_leftOut.Count > MostLeftOut)
                {
                    FreeLeftOut();
                }

                return true;
            case Beneath.Content:
                return length >= SmallestFreed && TryFree(offset, length);
            default:
                return true;
        }
    }

    private bool TryFree(long offset, long length) =>
        LibcSpace.Allocate(descriptor, LibcSpace.PunchHole | LibcSpace.KeepSize, offset, length) == 0;
}
