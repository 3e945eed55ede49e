using System.Globalization;

namespace HandyBackup.Agent.Core.Tests.Memory;

/// <summary>What of this process lies in memory, as Linux counts it.</summary>
internal static class ResidentMemory
{
    /// <summary>In kilobytes.</summary>
    /// <param name="field">A field of proc(5) status, such as RssFile.</param>
    public static long Kilobytes(string field) => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(field + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);
}
