using System.Buffers;
using System.Buffers.Text;

namespace HandyBackup.Contracts;

/// <summary>
/// A growing buffer of JSON text, escaped as Go's encoding/json escapes it (its function appendString, with HTML escaping on). Not safe for several threads.
/// </summary>
internal sealed class JsonBuffer : IDisposable
{
    private const int LargestLength = 0x7FFF_FFC7;

    // The tree of a very large folder is rare: its buffer is not worth keeping.
    private const int LargestPooled = 1024 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(16 * 1024);

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => new(_bytes, 0, Length);

    /// <summary>Forgets what was written from a length on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Writes bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Writes one byte as it is.</summary>
    public void Write(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Writes a decimal number.</summary>
    public void WriteNumber(ulong value)
    {
        // 20 digits are enough for any, so this cannot fail.
        _ = Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        Length += written;
    }

    /// <summary>Writes a time in quotes.</summary>
    public void WriteTime(NodeTime time)
    {
        Span<byte> to = Reserve(NodeTimeText.MaxLength + 2);
        to[0] = (byte)'"';
        int length = NodeTimeText.Write(time, to.Slice(1));
        to[length + 1] = (byte)'"';
        Length += length + 2;
    }

    /// <summary>Writes an id in quotes.</summary>
    public void WriteId(BlobId id)
    {
        Span<byte> to = Reserve((Sha256Hash.Size * 2) + 2);
        to[0] = (byte)'"';
        id.Hash.WriteDigits(to.Slice(1));
        to[(Sha256Hash.Size * 2) + 1] = (byte)'"';
        Length += (Sha256Hash.Size * 2) + 2;
    }

    /// <summary>Writes bytes as base64 in quotes.</summary>
    public void WriteBase64(ReadOnlySpan<byte> bytes)
    {
        Span<byte> to = Reserve(Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 2);
        to[0] = (byte)'"';
        _ = Base64.EncodeToUtf8(bytes, to.Slice(1), out _, out int written);
        to[written + 1] = (byte)'"';
        Length += written + 2;
    }

    /// <summary>Writes a string in quotes. A lone surrogate becomes the escaped U+FFFD, as bytes that are no UTF-8 do.</summary>
    public void WriteText(string text)
    {
        Span<byte> to = ReserveEscaped(text.Length);
        int length = 0;
        to[length++] = (byte)'"';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c < 0x80)
            {
                length += WriteAscii((byte)c, to.Slice(length));
            }
            else if (c is '\u2028' or '\u2029' || (char.IsSurrogate(c) && !IsPair(text, i)))
            {
                length += WriteUnicodeEscape(char.IsSurrogate(c) ? 0xFFFDu : c, to.Slice(length));
            }
            else
            {
                uint codePoint = char.IsSurrogate(c) ? (uint)char.ConvertToUtf32(c, text[++i]) : c;
                length += Utf8Sequence.Encode(codePoint, to.Slice(length));
            }
        }

        to[length++] = (byte)'"';
        Length += length;
    }

    /// <summary>Writes bytes that are UTF-8 nearly always as a string in quotes. What is no UTF-8 becomes the escaped U+FFFD, byte by byte.</summary>
    public void WriteText(ReadOnlySpan<byte> text)
    {
        Span<byte> to = ReserveEscaped(text.Length);
        int length = 0;
        to[length++] = (byte)'"';
        while (!text.IsEmpty)
        {
            int sequence = Utf8Sequence.Length(text);
            if (sequence == 1)
            {
                length += WriteAscii(text[0], to.Slice(length));
            }
            else if (sequence == 0)
            {
                length += WriteUnicodeEscape(0xFFFD, to.Slice(length));
            }
            else if (Utf8Sequence.CodePoint(text, sequence) is uint separator and (0x2028 or 0x2029))
            {
                length += WriteUnicodeEscape(separator, to.Slice(length));
            }
            else
            {
                text.Slice(0, sequence).CopyTo(to.Slice(length));
                length += sequence;
            }

            text = text.Slice(Math.Max(sequence, 1));
        }

        to[length++] = (byte)'"';
        Length += length;
    }

    /// <summary>Writes a name in quotes, as <see cref="QuotedName"/> quotes it and JSON escapes that.</summary>
    public void WriteName(ReadOnlySpan<byte> name)
    {
        Span<byte> to = ReserveEscaped(name.Length);
        to[0] = (byte)'"';
        int length = 1 + QuotedName.WriteEscaped(name, to.Slice(1));
        to[length++] = (byte)'"';
        Length += length;
    }

    /// <summary>Writes one ASCII character inside a string and returns the length.</summary>
    public static int WriteAscii(byte value, Span<byte> to)
    {
        if (value >= 0x20 && value is not ((byte)'"' or (byte)'\\' or (byte)'<' or (byte)'>' or (byte)'&'))
        {
            to[0] = value;
            return 1;
        }

        // \b and \f are short since Go 1.22.
        byte letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => 0,
        };
        if (letter == 0)
        {
            return WriteUnicodeEscape(value, to);
        }

        to[0] = (byte)'\\';
        to[1] = letter;
        return 2;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        Length = 0;
        Return(bytes);
    }

    private static bool IsPair(string text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);

    private static int WriteUnicodeEscape(uint value, Span<byte> to)
    {
        to[0] = (byte)'\\';
        to[1] = (byte)'u';
        HexDigit.Write(value, to.Slice(2, 4));
        return 6;
    }

    // No byte and no UTF-16 unit takes more than six bytes; two are for the quotes.
    private Span<byte> ReserveEscaped(int units) => Reserve(checked((6 * units) + 2));

    private Span<byte> Reserve(int count)
    {
        if (count > _bytes.Length - Length)
        {
            Grow(count);
        }

        return _bytes.AsSpan(Length);
    }

    private void Grow(int count)
    {
        long needed = (long)Length + count;
        if (needed > LargestLength)
        {
            throw new HandyBackupException(ErrorCode.ItemUnsupported, "The folder has too many items: its tree would be larger than 2 GiB.")
            {
                Advice = "Spread the items over several folders, or exclude some of them.",
            };
        }

        int length = (int)Math.Min(LargestLength, Math.Max(needed, 2L * _bytes.Length));
        byte[] larger = length > LargestPooled ? new byte[length] : ArrayPool<byte>.Shared.Rent(length);
        _bytes.AsSpan(0, Length).CopyTo(larger);
        Return(_bytes);
        _bytes = larger;
    }

    private static void Return(byte[] bytes)
    {
        if (bytes.Length is > 0 and <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
