using System.Globalization;

namespace HandyBackup.Benchmarks.Measuring;

/// <summary>Reads what the kernel counts for processes. Fields and units: proc(5).</summary>
internal static class ProcessFigures
{
    // USER_HZ is 100 on every architecture that .NET runs on.
    private const long TicksOfTheKernel = TimeSpan.TicksPerSecond / 100;

    /// <summary>CPU time of a process that runs, all its threads, those that ended too.</summary>
    public static TimeSpan ProcessorTime(int processId) => SumOfTicks($"/proc/{processId}/stat", firstField: 14);

    /// <summary>CPU time of all children of this process that have ended and were waited for.</summary>
    public static TimeSpan ProcessorTimeOfEndedChildren() => SumOfTicks("/proc/self/stat", firstField: 16);

    /// <summary>The most physical memory that a process has held since its start or the last reset, in bytes; 0 if it has ended.</summary>
    public static long PeakMemory(int processId) => ReadMemory(processId, "VmHWM:");

    /// <summary>The physical memory that a process holds now, in bytes; 0 if it has ended.</summary>
    public static long Memory(int processId) => ReadMemory(processId, "VmRSS:");

    /// <summary>Makes <see cref="PeakMemory"/> start again from what the process holds now.</summary>
    public static void ResetPeakMemory(int processId) => File.WriteAllText($"/proc/{processId}/clear_refs", "5");

    private static long ReadMemory(int processId, string field)
    {
        try
        {
            foreach (string line in File.ReadLines($"/proc/{processId}/status"))
            {
                if (line.StartsWith(field, StringComparison.Ordinal))
                {
                    return 1024 * long.Parse(line.AsSpan(field.Length, line.Length - field.Length - " kB".Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
                }
            }
        }
        catch (IOException)
        {
            // It ended between the call and the reading.
        }

        return 0;
    }

    private static TimeSpan SumOfTicks(string path, int firstField)
    {
        string text = File.ReadAllText(path);

        // Field 2, the name, may hold spaces and parentheses; field 3 follows its last parenthesis.
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        long user = long.Parse(fields[firstField - 3], CultureInfo.InvariantCulture);
        long system = long.Parse(fields[firstField - 2], CultureInfo.InvariantCulture);
        return TimeSpan.FromTicks((user + system) * TicksOfTheKernel);
    }
}
