using System.Globalization;

namespace HandyBackup.Module;

/// <summary>Numbers of bytes as people read them. The views use it; the objects keep the plain numbers.</summary>
public static class ByteSize
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>At most four digits and a binary unit, such as <c>17 B</c>, <c>1.4 KiB</c> or <c>230 GiB</c>; empty for null.</summary>
    public static string Format(long? bytes)
    {
        if (bytes is not { } value)
        {
            return "";
        }

        double scaled = value;
        int unit = 0;
        while (Math.Abs(scaled) >= 1023.5 && unit < s_units.Length - 1)
        {
            scaled /= 1024;
            unit++;
        }

        string format = unit == 0 || Math.Abs(scaled) >= 99.95 ? "0" : "0.0";
        return scaled.ToString(format, CultureInfo.InvariantCulture) + " " + s_units[unit];
    }

    /// <summary>As <see cref="Format"/>, per second.</summary>
    public static string FormatRate(double bytesPerSecond) => Format((long)bytesPerSecond) + "/s";
}
