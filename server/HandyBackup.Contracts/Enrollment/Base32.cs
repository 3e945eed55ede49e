namespace HandyBackup.Contracts;

/// <summary>Base32 of RFC 4648 without padding, for whole groups of 5 bytes: every digit counts, so every altered digit is another value.</summary>
public static class Base32
{
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int GroupBytes = 5;
    private const int GroupDigits = 8;
    private const int DigitBits = 5;

    /// <summary>How many digits stand for a number of bytes, which is a multiple of 5.</summary>
    public static int DigitCount(int bytes) => bytes / GroupBytes * GroupDigits;

    /// <summary>The digits of a multiple of 5 bytes, in upper case.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[DigitCount(bytes.Length)];
        for (int group = 0; group < bytes.Length / GroupBytes; group++)
        {
            ulong bits = 0;
            foreach (byte value in bytes.Slice(group * GroupBytes, GroupBytes))
            {
                bits = (bits << 8) | value;
            }

            for (int i = GroupDigits - 1; i >= 0; i--)
            {
                text[(group * GroupDigits) + i] = Digits[(int)(bits & 31)];
                bits >>= DigitBits;
            }
        }

        return new string(text);
    }

    /// <summary>The bytes that a multiple of 8 digits stand for, of either case; false if a character is no digit.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        for (int group = 0; group < text.Length / GroupDigits; group++)
        {
            ulong bits = 0;
            foreach (char digit in text.Slice(group * GroupDigits, GroupDigits))
            {
                int value = Value(digit);
                if (value < 0)
                {
                    return false;
                }

                bits = (bits << DigitBits) | (uint)value;
            }

            for (int i = GroupBytes - 1; i >= 0; i--)
            {
                bytes[(group * GroupBytes) + i] = (byte)bits;
                bits >>= 8;
            }
        }

        return true;
    }

    private static int Value(char digit) => digit switch
    {
        >= 'A' and <= 'Z' => digit - 'A',
        >= 'a' and <= 'z' => digit - 'a',
        >= '2' and <= '7' => digit - '2' + 26,
        _ => -1,
    };
}
