using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ZstdNet;

namespace HandyBackup.Repository;

/// <summary>
/// Files that are not packs: sealed as a whole. In format version 2 all but the config are compressed first: a byte 2 and a zstd frame. What begins
/// with '{' or '[' is not compressed (doc/design.rst, "Unpacked Data Format"). Safe to share between threads.
/// </summary>
internal sealed class UnpackedFileCodec
{
    private const byte CompressedMark = 2;
    private const int FirstRoom = 4096;

    private readonly MasterKey _key;
    private readonly bool _compresses;

    /// <summary>Creates the codec.</summary>
    /// <param name="key">Seals the files; stays the caller's.</param>
    /// <param name="formatVersion">Version of the restic format: 1 or 2.</param>
    public UnpackedFileCodec(MasterKey key, int formatVersion)
    {
        _key = key;
        _compresses = formatVersion >= 2;
    }

    /// <summary>The longest file that this content can become.</summary>
    public static long MaxStoredLength(int plainLength) => Compressor.GetCompressBound(plainLength) + 1L + MasterKey.Overhead;

    /// <summary>Seals the config, which is never compressed: its version says whether other files are.</summary>
    public static byte[] EncodeConfig(MasterKey key, ReadOnlySpan<byte> plain)
    {
        byte[] stored = new byte[plain.Length + MasterKey.Overhead];
        key.Seal(plain, stored);
        return stored;
    }

    /// <summary>Opens the config.</summary>
    /// <returns>False if it was altered, or sealed with another key.</returns>
    public static bool TryDecodeConfig(MasterKey key, ReadOnlySpan<byte> stored, [NotNullWhen(true)] out byte[]? plain)
    {
        plain = new byte[Math.Max(0, stored.Length - MasterKey.Overhead)];
        if (key.TryOpen(stored, plain))
        {
            return true;
        }

        plain = null;
        return false;
    }

    /// <summary>Compresses, if the format does, and seals.</summary>
    public byte[] Encode(ReadOnlySpan<byte> plain) => EncodeConfig(_key, _compresses ? Compress(plain) : plain);

    /// <summary>Compresses, if the format does, what is being written, and seals the result.</summary>
    /// <param name="write">Writes the plain content.</param>
    /// <param name="expectedLength">About how long the file will be.</param>
    public byte[] Encode(Action<Stream> write, int expectedLength)
    {
        using var content = new MemoryStream(expectedLength);
        if (_compresses)
        {
            content.WriteByte(CompressedMark);
            using var compressing = new CompressionStream(content);
            write(compressing);
        }
        else
        {
            write(content);
        }

        return EncodeConfig(_key, content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>Opens and decompresses.</summary>
    /// <param name="stored">The file.</param>
    /// <param name="maxLength">Longer content is refused before it is held.</param>
    /// <param name="plain">The content.</param>
    /// <param name="fault">What is wrong, as the end of a sentence that begins with the file.</param>
    /// <returns>False if something is wrong.</returns>
    public bool TryDecode(ReadOnlySpan<byte> stored, int maxLength, [NotNullWhen(true)] out byte[]? plain, [NotNullWhen(false)] out string? fault) =>
        TryRead(stored.ToArray(), maxLength, static content => content.ToArray(), out plain, out fault);

    /// <summary>Opens and decompresses big files in pooled memory.</summary>
    /// <param name="stored">The file; it is overwritten.</param>
    /// <param name="maxLength">Longer content is refused before it is held.</param>
    /// <param name="read">Makes something of the content, which is gone when this returns.</param>
    /// <param name="result">What <paramref name="read"/> made.</param>
    /// <param name="fault">What is wrong, as the end of a sentence that begins with the file.</param>
    /// <returns>False if something is wrong.</returns>
    public bool TryRead<T>(Span<byte> stored, int maxLength, ReadContent<T> read, [NotNullWhen(true)] out T? result, [NotNullWhen(false)] out string? fault)
        where T : class
    {
        (result, fault) = (null, null);
        Span<byte> plain = stored.Length < MasterKey.Overhead ? [] : stored.Slice(MasterKey.Overhead / 2, stored.Length - MasterKey.Overhead);
        if (!_key.TryOpen(stored, plain))
        {
            fault = "was altered, or sealed with another key";
        }
        else if (!_compresses || plain.Length == 0 || plain[0] is (byte)'{' or (byte)'[')
        {
            result = read(plain);
        }
        else if (plain[0] != CompressedMark)
        {
            fault = $"has the unknown encoding {plain[0]}";
        }
        else
        {
            result = Decompress(plain.Slice(1), maxLength, read, out fault);
        }

        return result is not null;
    }

    private static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        using var compressor = new Compressor();
        byte[] frame = new byte[1 + Compressor.GetCompressBound(plain.Length)];
        frame[0] = CompressedMark;
        int length = compressor.Wrap(plain, frame.AsSpan(1));
        return frame[..(1 + length)];
    }

    // The frame nearly always says how long the content is. A program need not write that, and it may lie: so room is given step by step up to the limit.
    private static T? Decompress<T>(ReadOnlySpan<byte> frame, int maxLength, ReadContent<T> read, out string? fault)
        where T : class
    {
        long? promised = FindPromisedLength(frame);
        if (promised is { } length && !ZstdBound.IsPossible(length, frame.Length))
        {
            fault = $"cannot hold the {length} bytes that it promises";
            return null;
        }

        using var decompressor = new Decompressor();
        for (long room = promised ?? Math.Max(FirstRoom, 8L * frame.Length); ; room = Math.Max(FirstRoom, room * 4))
        {
            byte[] plain = ArrayPool<byte>.Shared.Rent((int)Math.Min(room, maxLength));
            try
            {
                int count = decompressor.Unwrap(frame, plain.AsSpan(0, Math.Min(plain.Length, maxLength)), bufferSizePrecheck: false);
                fault = null;
                return read(plain.AsSpan(0, count));
            }
            catch (ZstdException exception) when (exception.Code == ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall && promised is null && room < maxLength && ZstdBound.IsPossible(room, frame.Length))
            {
                // More room is needed, and may be given.
            }
            catch (ZstdException exception) when (exception.Code == ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall)
            {
                fault = $"holds more than {Math.Min(promised ?? maxLength, maxLength)} bytes when decompressed";
                return null;
            }
            catch (ZstdException exception)
            {
                fault = $"cannot be decompressed: {exception.Message.TrimEnd('.')}";
                return null;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(plain);
            }
        }
    }

    private static long? FindPromisedLength(ReadOnlySpan<byte> frame)
    {
        try
        {
            ulong length = Decompressor.GetDecompressedSize(frame);
            return (long)Math.Min(length, long.MaxValue);
        }
        catch (ZstdException)
        {
            return null;
        }
    }
}
