namespace HandyBackup.Contracts;

/// <summary>Hexadecimal digits of either case.</summary>
internal static class HexDigit
{
    /// <summary>0 to 15, or -1 for anything that is not a digit.</summary>
    public static int Value(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => -1,
    };

    /// <summary>Fills <paramref name="to"/> with the last lower-case digits of a number.</summary>
    public static void Write(ulong value, Span<byte> to)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        for (int i = to.Length - 1; i >= 0; i--)
        {
            to[i] = digits[(int)(value & 15)];
            value >>= 4;
        }
    }
}
