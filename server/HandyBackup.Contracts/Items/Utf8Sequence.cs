namespace HandyBackup.Contracts;

/// <summary>Finds and decodes well-formed UTF-8 (The Unicode Standard, table 3-7 "Well-Formed UTF-8 Byte Sequences").</summary>
internal static class Utf8Sequence
{
    /// <summary>The length of the sequence that the bytes start with, 1 to 4; 0 if they do not start with a well-formed one.</summary>
    public static int Length(ReadOnlySpan<byte> s)
    {
        byte b = s[0];
        if (b < 0x80)
        {
            return 1;
        }

        (int length, byte low, byte high) = b switch
        {
            >= 0xC2 and <= 0xDF => (2, (byte)0x80, (byte)0xBF),
            0xE0 => (3, (byte)0xA0, (byte)0xBF),
            0xED => (3, (byte)0x80, (byte)0x9F),
            >= 0xE1 and <= 0xEF => (3, (byte)0x80, (byte)0xBF),
            0xF0 => (4, (byte)0x90, (byte)0xBF),
            >= 0xF1 and <= 0xF3 => (4, (byte)0x80, (byte)0xBF),
            0xF4 => (4, (byte)0x80, (byte)0x8F),
            _ => (0, (byte)0, (byte)0),
        };
        if (length == 0 || s.Length < length || s[1] < low || s[1] > high)
        {
            return 0;
        }

        for (int i = 2; i < length; i++)
        {
            if (s[i] is < 0x80 or > 0xBF)
            {
                return 0;
            }
        }

        return length;
    }

    /// <summary>The code point of a well-formed sequence of the given length.</summary>
    public static uint CodePoint(ReadOnlySpan<byte> s, int length) => length switch
    {
        1 => s[0],
        2 => ((uint)(s[0] & 0x1F) << 6) | (uint)(s[1] & 0x3F),
        3 => ((uint)(s[0] & 0x0F) << 12) | ((uint)(s[1] & 0x3F) << 6) | (uint)(s[2] & 0x3F),
        _ => ((uint)(s[0] & 0x07) << 18) | ((uint)(s[1] & 0x3F) << 12) | ((uint)(s[2] & 0x3F) << 6) | (uint)(s[3] & 0x3F),
    };

    /// <summary>Writes a code point (a surrogate comes out as the sequence its number would have) and returns the length.</summary>
    public static int Encode(uint codePoint, Span<byte> to)
    {
        if (codePoint < 0x80)
        {
            to[0] = (byte)codePoint;
            return 1;
        }

        if (codePoint < 0x800)
        {
            to[0] = (byte)(0xC0 | (codePoint >> 6));
            to[1] = (byte)(0x80 | (codePoint & 0x3F));
            return 2;
        }

        if (codePoint < 0x10000)
        {
            to[0] = (byte)(0xE0 | (codePoint >> 12));
            to[1] = (byte)(0x80 | ((codePoint >> 6) & 0x3F));
            to[2] = (byte)(0x80 | (codePoint & 0x3F));
            return 3;
        }

        to[0] = (byte)(0xF0 | (codePoint >> 18));
        to[1] = (byte)(0x80 | ((codePoint >> 12) & 0x3F));
        to[2] = (byte)(0x80 | ((codePoint >> 6) & 0x3F));
        to[3] = (byte)(0x80 | (codePoint & 0x3F));
        return 4;
    }

    /// <summary>True if all of it is well-formed.</summary>
    public static bool IsValid(ReadOnlySpan<byte> s)
    {
        while (!s.IsEmpty)
        {
            int length = Length(s);
            if (length == 0)
            {
                return false;
            }

            s = s.Slice(length);
        }

        return true;
    }
}
