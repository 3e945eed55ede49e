using System.Globalization;

namespace HandyBackup.Agent.Core.Limits;

/// <summary>How many bytes a second may travel at which time of day. Immutable; safe to share.</summary>
public sealed class BandwidthSchedule
{
    private const string Unlimited = "unlimited";
    private static readonly (string Unit, long Factor)[] s_units = [("GB/s", 1_000_000_000), ("MB/s", 1_000_000), ("kB/s", 1_000), ("B/s", 1)];

    private readonly IReadOnlyList<Window> _windows;

    private BandwidthSchedule(IReadOnlyList<Window> windows) => _windows = windows;

    /// <summary>True if nothing is ever limited.</summary>
    public bool IsUnlimited => _windows.All(window => window.BytesPerSecond is null);

    /// <summary>
    /// Reads lines such as <c>08:00-18:00 2MB/s</c>, <c>22:00-06:00 unlimited</c> (past midnight) or <c>10MB/s</c> (always). A kB is 1000 bytes.
    /// </summary>
    /// <exception cref="FormatException">A line means nothing; the text says which.</exception>
    public static BandwidthSchedule Parse(IEnumerable<string> lines) => new([.. lines.Select(ParseLine)]);

    /// <summary>The limit at a time of day in bytes per second, from the first line that fits; null for none.</summary>
    /// <param name="time">The time that the machine's clock shows.</param>
    public long? LimitAt(TimeOnly time)
    {
        foreach (Window window in _windows)
        {
            // Equal ends are the whole day; IsBetween has no such.
            if (window.From == window.To || time.IsBetween(window.From, window.To))
            {
                return window.BytesPerSecond;
            }
        }

        return null;
    }

    private static Window ParseLine(string line)
    {
        string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts switch
        {
            [string limit] => new Window(default, default, ParseLimit(line, limit)),
            [string span, string limit] when span.Split('-') is [string from, string to] => new Window(ParseTime(line, from), ParseTime(line, to), ParseLimit(line, limit)),
            _ => throw Meaningless(line),
        };
    }

    private static TimeOnly ParseTime(string line, string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) ? time : throw Meaningless(line);

    private static long? ParseLimit(string line, string text)
    {
        if (text == Unlimited)
        {
            return null;
        }

        foreach ((string unit, long factor) in s_units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                return decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                    && number > 0 && number < 1_000_000_000 && number * factor >= TokenBucket.LeastRate
                    ? (long)(number * factor)
                    : throw Meaningless(line);
            }
        }

        throw Meaningless(line);
    }

    private static FormatException Meaningless(string line) => new(
        $"bandwidth \"{line}\" means nothing: it must be like \"08:00-18:00 2MB/s\", \"500kB/s\" or \"22:00-06:00 unlimited\", and not less than {TokenBucket.LeastRate / 1000} kB/s.");

    private sealed record Window(TimeOnly From, TimeOnly To, long? BytesPerSecond);
}
