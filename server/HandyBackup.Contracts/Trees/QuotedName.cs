namespace HandyBackup.Contracts;

/// <summary>
/// Names as restic stores them: what Go's <c>strconv.Quote</c> puts between its quotes, so that bytes which are no UTF-8 survive
/// JSON (Go's strconv package, quote.go). JSON escapes that text once more.
/// </summary>
internal static class QuotedName
{
    // Index: control character; value: the letter of its short escape, or 0.
    private static ReadOnlySpan<byte> ShortEscapes => "\0\0\0\0\0\0\0abtnvfr"u8;

    /// <summary>Quotes a name, escapes it for JSON and returns the length, which is at most six times the name's.</summary>
    public static int WriteEscaped(ReadOnlySpan<byte> name, Span<byte> to)
    {
        int plain = PlainLength(name);
        name.Slice(0, plain).CopyTo(to);
        name = name.Slice(plain);
        int length = plain;
        while (!name.IsEmpty)
        {
            int sequence = Utf8Sequence.Length(name);
            length += sequence switch
            {
                0 => WriteEscape((byte)'x', name[0], 2, to.Slice(length)),
                1 => WriteAscii(name[0], to.Slice(length)),
                _ => WriteRune(name.Slice(0, sequence), to.Slice(length)),
            };
            name = name.Slice(Math.Max(sequence, 1));
        }

        return length;
    }

    /// <summary>Takes the quoting away in place: the JSON escaping is gone already.</summary>
    /// <param name="text">The quoted text; its start receives the name, which is never longer.</param>
    /// <param name="length">The name's length.</param>
    /// <returns>False if this is nothing that Go's <c>strconv.Unquote</c> would take.</returns>
    public static bool TryUnquote(Span<byte> text, out int length)
    {
        length = 0;
        int at = 0;
        while (at < text.Length)
        {
            byte b = text[at];
            if (b is (byte)'"' or (byte)'\n')
            {
                return false;
            }

            if (b != '\\')
            {
                text[length++] = b;
                at++;
            }
            else if (!TryUnquoteEscape(text, ref at, ref length))
            {
                return false;
            }
        }

        return true;
    }

    private static int PlainLength(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] is < 0x20 or >= 0x7F or (byte)'"' or (byte)'\\' or (byte)'<' or (byte)'>' or (byte)'&')
            {
                return i;
            }
        }

        return name.Length;
    }

    private static int WriteAscii(byte value, Span<byte> to)
    {
        if (value is (byte)'"' or (byte)'\\')
        {
            "\\\\\\"u8.CopyTo(to);
            to[3] = value;
            return 4;
        }

        if (value is >= 0x20 and not 0x7F)
        {
            return JsonBuffer.WriteAscii(value, to);
        }

        byte letter = value < ShortEscapes.Length ? ShortEscapes[value] : (byte)0;
        return letter == 0 ? WriteEscape((byte)'x', value, 2, to) : WriteEscape(letter, 0, 0, to);
    }

    private static int WriteRune(ReadOnlySpan<byte> sequence, Span<byte> to)
    {
        uint codePoint = Utf8Sequence.CodePoint(sequence, sequence.Length);
        if (PrintableRunes.Contains(codePoint))
        {
            sequence.CopyTo(to);
            return sequence.Length;
        }

        return codePoint < 0x10000 ? WriteEscape((byte)'u', codePoint, 4, to) : WriteEscape((byte)'U', codePoint, 8, to);
    }

    // The quoting's backslash is itself escaped in JSON.
    private static int WriteEscape(byte letter, uint value, int digits, Span<byte> to)
    {
        to[0] = (byte)'\\';
        to[1] = (byte)'\\';
        to[2] = letter;
        HexDigit.Write(value, to.Slice(3, digits));
        return 3 + digits;
    }

    private static bool TryUnquoteEscape(Span<byte> text, ref int at, ref int length)
    {
        if (at + 1 == text.Length)
        {
            return false;
        }

        byte letter = text[at + 1];
        at += 2;
        switch (letter)
        {
            case (byte)'\\' or (byte)'"':
                text[length++] = letter;
                return true;
            case (byte)'x':
                return TryDigits(text, ref at, 2, 16, out uint value) && TryAppend((byte)value, text, ref length);
            case >= (byte)'0' and <= (byte)'7':
                at--;
                return TryDigits(text, ref at, 3, 8, out value) && value <= 0xFF && TryAppend((byte)value, text, ref length);
            case (byte)'u' or (byte)'U':
                if (!TryDigits(text, ref at, letter == 'u' ? 4 : 8, 16, out value) || value > 0x10FFFF || value is >= 0xD800 and <= 0xDFFF)
                {
                    return false;
                }

                length += Utf8Sequence.Encode(value, text.Slice(length));
                return true;
            default:
                int control = letter == 0 ? -1 : ShortEscapes.IndexOf(letter);
                return control >= 0 && TryAppend((byte)control, text, ref length);
        }
    }

    private static bool TryAppend(byte value, Span<byte> text, ref int length)
    {
        text[length++] = value;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, ref int at, int count, uint radix, out uint value)
    {
        value = 0;
        if (at + count > text.Length)
        {
            return false;
        }

        for (int end = at + count; at < end; at++)
        {
            int digit = HexDigit.Value((char)text[at]);
            if (digit < 0 || digit >= radix)
            {
                return false;
            }

            value = (value * radix) + (uint)digit;
        }

        return true;
    }
}
