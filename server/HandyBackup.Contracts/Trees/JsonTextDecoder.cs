using System.Buffers;
using System.Text;
using System.Text.Json;

namespace HandyBackup.Contracts;

/// <summary>
/// Takes strings out of JSON text as Go does: what is no UTF-8, and lone surrogates, become U+FFFD (Go's encoding/json, function unquoteBytes).
/// Not safe for several threads.
/// </summary>
internal sealed class JsonTextDecoder : IDisposable
{
    private readonly (byte[] Bytes, string Text)[] _last = [([], ""), ([], "")];
    private byte[] _scratch = ArrayPool<byte>.Shared.Rent(1024);

    /// <summary>Fields whose value is mostly that of the node before.</summary>
    public enum Repeated
    {
        User,
        Group,
    }

    /// <summary>True if no byte has its top bit set.</summary>
    public static bool IsAscii(ReadOnlySpan<byte> text)
    {
#if NET
        return System.Text.Ascii.IsValid(text);
#else
        foreach (byte b in text)
        {
            if (b >= 0x80)
            {
                return false;
            }
        }

        return true;
#endif
    }

    /// <summary>The string's bytes.</summary>
    public byte[] ReadBytes(ref Utf8JsonReader reader) => IsPlain(ref reader) ? reader.ValueSpan.ToArray() : _scratch.AsSpan(0, Decode(reader.ValueSpan)).ToArray();

    /// <summary>The name that the string quotes.</summary>
    public byte[] ReadName(ref Utf8JsonReader reader)
    {
        if (IsPlain(ref reader))
        {
            return reader.ValueSpan.ToArray();
        }

        int quoted = Decode(reader.ValueSpan);
        return QuotedName.TryUnquote(_scratch.AsSpan(0, quoted), out int length)
            ? _scratch.AsSpan(0, length).ToArray()
            : throw new FormatException("the name is not quoted as restic quotes names");
    }

    /// <summary>The string.</summary>
    public string ReadText(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        return Encoding.UTF8.GetString(_scratch, 0, Decode(reader.ValueSpan));
    }

    /// <summary>The string, which is the same object as the last time if it is equal.</summary>
    public string ReadRepeatedText(ref Utf8JsonReader reader, Repeated field)
    {
        RequireString(ref reader);
        ref (byte[] Bytes, string Text) last = ref _last[(int)field];
        if (!reader.ValueSpan.SequenceEqual(last.Bytes))
        {
            last = (reader.ValueSpan.ToArray(), ReadText(ref reader));
        }

        return last.Text;
    }

    public void Dispose()
    {
        byte[] scratch = _scratch;
        _scratch = [];
        if (scratch.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static void RequireString(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw new FormatException("a string must stand here");
        }
    }

    private static bool IsPlain(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        return !reader.ValueIsEscaped && IsAscii(reader.ValueSpan);
    }

    // Fills the scratch buffer and returns the length.
    private int Decode(ReadOnlySpan<byte> text)
    {
        // A byte that is no UTF-8 becomes three; nothing else grows.
        int largest = checked(3 * text.Length);
        if (_scratch.Length < largest)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = ArrayPool<byte>.Shared.Rent(largest);
        }

        int length = 0;
        while (!text.IsEmpty)
        {
            int taken = text[0] == '\\' ? DecodeEscape(text, ref length) : CopySequence(text, ref length);
            text = text.Slice(taken);
        }

        return length;
    }

    private int CopySequence(ReadOnlySpan<byte> text, ref int length)
    {
        int sequence = Utf8Sequence.Length(text);
        if (sequence == 0)
        {
            length += Utf8Sequence.Encode(0xFFFD, _scratch.AsSpan(length));
            return 1;
        }

        text.Slice(0, sequence).CopyTo(_scratch.AsSpan(length));
        length += sequence;
        return sequence;
    }

    // The reader has already made sure that escapes are complete.
    private int DecodeEscape(ReadOnlySpan<byte> text, ref int length)
    {
        if (text[1] != 'u')
        {
            _scratch[length++] = text[1] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                _ => text[1],
            };
            return 2;
        }

        uint value = FourDigits(text.Slice(2));
        int taken = 6;
        if (value is >= 0xD800 and <= 0xDBFF && text.Length >= 12 && text[6] == '\\' && text[7] == 'u'
            && FourDigits(text.Slice(8)) is uint low and >= 0xDC00 and <= 0xDFFF)
        {
            value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
            taken = 12;
        }

        value = value is >= 0xD800 and <= 0xDFFF ? 0xFFFD : value;
        length += Utf8Sequence.Encode(value, _scratch.AsSpan(length));
        return taken;
    }

    private static uint FourDigits(ReadOnlySpan<byte> text)
    {
        uint value = 0;
        for (int i = 0; i < 4; i++)
        {
            value = (value << 4) | (uint)HexDigit.Value((char)text[i]);
        }

        return value;
    }
}
