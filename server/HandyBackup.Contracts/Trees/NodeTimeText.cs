namespace HandyBackup.Contracts;

/// <summary>
/// Times as Go's <c>time.Time</c> appears in JSON: RFC 3339 with up to nine decimals, trailing zeros left out, in the zone of its writer
/// (Go's time package, "RFC3339Nano").
/// </summary>
internal static class NodeTimeText
{
    /// <summary>The longest text: <c>2006-01-02T15:04:05.999999999-07:00</c>.</summary>
    public const int MaxLength = 35;

    private const long SecondsPerDay = 86_400;

    // Years -10,000 to 20,000: whatever lies beyond is clamped to the same year anyway, and the sums below cannot overflow.
    private const long MinSeconds = -377_705_116_800;
    private const long MaxSeconds = 568_971_820_800;

    /// <summary>Writes a time and returns the length. A year outside 0 to 9999 becomes the nearest of these, as restic does it (fixTime in internal/data/node.go).</summary>
    public static int Write(NodeTime time, Span<byte> to)
    {
        long local = Math.Min(Math.Max(time.UnixSeconds, MinSeconds), MaxSeconds) + (time.OffsetMinutes * 60L);
        long days = FloorDivide(local, SecondsPerDay);
        int second = (int)(local - (days * SecondsPerDay));
        (int year, int month, int day) = CivilFromDays(days);
        if (year is < 0 or > 9999)
        {
            year = year < 0 ? 0 : 9999;

            // The day that AddDate would land on: 29 February moves on where the year has none.
            (year, month, day) = CivilFromDays(DaysFromCivil(year, month, day));
        }

        Write4(to, year);
        to[4] = (byte)'-';
        Write2(to.Slice(5), month);
        to[7] = (byte)'-';
        Write2(to.Slice(8), day);
        to[10] = (byte)'T';
        Write2(to.Slice(11), second / 3600);
        to[13] = (byte)':';
        Write2(to.Slice(14), second / 60 % 60);
        to[16] = (byte)':';
        Write2(to.Slice(17), second % 60);
        int length = 19 + WriteFraction(to.Slice(19), time.Nanoseconds);
        return length + WriteOffset(to.Slice(length), time.OffsetMinutes);
    }

    /// <summary>Reads a time, or says that the text is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out NodeTime time)
    {
        time = default;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !TryDigits(text.Slice(0, 4), out int year) || !TryDigits(text.Slice(5, 2), out int month) || !TryDigits(text.Slice(8, 2), out int day)
            || !TryDigits(text.Slice(11, 2), out int hour) || !TryDigits(text.Slice(14, 2), out int minute) || !TryDigits(text.Slice(17, 2), out int second)
            || month is < 1 or > 12 || day < 1 || day > DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        text = text.Slice(19);
        if (!TryReadFraction(ref text, out int nanoseconds) || !TryReadOffset(text, out int offset))
        {
            return false;
        }

        long local = (DaysFromCivil(year, month, day) * SecondsPerDay) + (hour * 3600) + (minute * 60) + second;
        time = new NodeTime(local - (offset * 60L), nanoseconds, (short)offset);
        return true;
    }

    private static int WriteFraction(Span<byte> to, int nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return 0;
        }

        to[0] = (byte)'.';
        int value = nanoseconds;
        for (int i = 9; i > 0; i--)
        {
            to[i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        int length = 10;
        while (to[length - 1] == '0')
        {
            length--;
        }

        return length;
    }

    private static int WriteOffset(Span<byte> to, int minutes)
    {
        if (minutes == 0)
        {
            to[0] = (byte)'Z';
            return 1;
        }

        to[0] = minutes < 0 ? (byte)'-' : (byte)'+';
        minutes = Math.Abs(minutes);
        Write2(to.Slice(1), minutes / 60);
        to[3] = (byte)':';
        Write2(to.Slice(4), minutes % 60);
        return 6;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<byte> text, out int nanoseconds)
    {
        nanoseconds = 0;
        if (text[0] != '.')
        {
            return true;
        }

        int digits = 0;
        for (text = text.Slice(1); !text.IsEmpty && text[0] is >= (byte)'0' and <= (byte)'9'; text = text.Slice(1))
        {
            // Go, too, drops what is finer than a nanosecond.
            if (digits < 9)
            {
                nanoseconds = (nanoseconds * 10) + (text[0] - '0');
                digits++;
            }
        }

        if (digits == 0)
        {
            return false;
        }

        for (; digits < 9; digits++)
        {
            nanoseconds *= 10;
        }

        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return text[0] == 'Z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryDigits(text.Slice(1, 2), out int hours) || !TryDigits(text.Slice(4, 2), out int rest) || hours > 99 || rest > 59)
        {
            return false;
        }

        minutes = (hours * 60) + rest;
        minutes = text[0] == '-' ? -minutes : minutes;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    private static void Write4(Span<byte> to, int value)
    {
        Write2(to, value / 100);
        Write2(to.Slice(2), value % 100);
    }

    private static void Write2(Span<byte> to, int value)
    {
        to[0] = (byte)('0' + (value / 10));
        to[1] = (byte)('0' + (value % 10));
    }

    private static int DaysInMonth(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    // The proleptic Gregorian calendar in eras of 400 years that begin on 1 March; day 0 is 1970-01-01. DateTime ends at the years 1 and 9999.
    private static (int Year, int Month, int Day) CivilFromDays(long days)
    {
        days += 719_468;
        long era = FloorDivide(days, 146_097);
        int dayOfEra = (int)(days - (era * 146_097));
        int yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        int dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        int month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        int day = dayOfYear - (((153 * shiftedMonth) + 2) / 5) + 1;
        return ((int)(era * 400) + yearOfEra + (month <= 2 ? 1 : 0), month, day);
    }

    private static long DaysFromCivil(int year, int month, int day)
    {
        long shiftedYear = month <= 2 ? year - 1 : year;
        long era = FloorDivide(shiftedYear, 400);
        int yearOfEra = (int)(shiftedYear - (era * 400));
        int dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        int dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }

    private static long FloorDivide(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);
}
