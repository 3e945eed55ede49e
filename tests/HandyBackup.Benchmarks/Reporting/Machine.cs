using System.Globalization;
using System.Runtime.InteropServices;

namespace HandyBackup.Benchmarks.Reporting;

/// <summary>What the machine is, as its kernel says. Sources: proc(5), os-release(5).</summary>
internal static class Machine
{
    /// <summary>The processor's name.</summary>
    public static string Processor => Value("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Physical memory in bytes.</summary>
    public static long Memory
    {
        get
        {
            string text = Value("/proc/meminfo", "MemTotal", ':') ?? "0 kB";
            return 1024 * long.Parse(text[..text.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The kernel's release.</summary>
    public static string Kernel => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    /// <summary>The distribution.</summary>
    public static string Distribution => Value("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? "unknown";

    private static string? Value(string path, string key, char separator)
    {
        foreach (string line in File.ReadLines(path))
        {
            int end = line.IndexOf(separator, StringComparison.Ordinal);
            if (end > 0 && line.AsSpan(0, end).Trim().SequenceEqual(key))
            {
                return line[(end + 1)..].Trim();
            }
        }

        return null;
    }
}
