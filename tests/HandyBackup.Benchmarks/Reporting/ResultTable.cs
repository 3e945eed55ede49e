using System.Globalization;
using System.Text;
using HandyBackup.Benchmarks.Measuring;

namespace HandyBackup.Benchmarks.Reporting;

/// <summary>The table of one workload.</summary>
/// <param name="result">What was measured.</param>
/// <param name="programs">The programs' names, ours first.</param>
/// <param name="judges">True to say whether targets are met.</param>
internal sealed class ResultTable(WorkloadResult result, IReadOnlyList<string> programs, bool judges)
{
    /// <summary>Writes the table.</summary>
    public void Write(StringBuilder text)
    {
        text.Append("| operation | program | time (s) | shortest–longest | ratio | CPU (s) | peak memory (MB) | repository (MB) | target |\n");
        text.Append("|---|---|--:|--:|--:|--:|--:|--:|---|\n");
        foreach (Operation operation in result.Workload.Operations)
        {
            foreach (string program in programs)
            {
                WriteRow(text, operation, program);
            }
        }

        WriteLimit(text);
    }

    private void WriteRow(StringBuilder text, Operation operation, string program)
    {
        Measurement median = result.Median(program, operation);
        (TimeSpan shortest, TimeSpan longest) = result.Range(program, operation);
        string ratio = program == programs[0] ? "" : Ratio(operation, program).ToString("f2", CultureInfo.InvariantCulture);
        text.Append(string.Create(
            CultureInfo.InvariantCulture,
            $"| {Describe(operation)} | {program} | {median.Wall.TotalSeconds:f2} | {shortest.TotalSeconds:f2}–{longest.TotalSeconds:f2} | {ratio} | {median.Processor.TotalSeconds:f2} | {median.PeakMemory / 1e6:f0} | {Size(operation, program)} | {(program == programs[0] ? Judge(operation) : "")} |\n"));
    }

    private void WriteLimit(StringBuilder text)
    {
        if (result.Limit is { } limit)
        {
            double share = 100 * limit.Total / result.Median(programs[0], Operation.FirstBackup).Wall;
            text.Append(string.Create(
                CultureInfo.InvariantCulture,
                $"\nThe unavoidable work of a first backup takes {limit.Total.TotalSeconds:f2} s on all cores: chunking {limit.Chunking.TotalSeconds:f2}, SHA-256 {limit.Hashing.TotalSeconds:f2}, zstd {limit.Compressing.TotalSeconds:f2}, AES and Poly1305 {limit.Sealing.TotalSeconds:f2}. Handy Backup reaches {share:f0} % of that speed; the aim is {Targets.ShareOfLimit} %.\n"));
        }
    }

    private double Ratio(Operation operation, string program) => result.Median(programs[0], operation).Wall / result.Median(program, operation).Wall;

    private string Size(Operation operation, string program) => operation switch
    {
        Operation.ChangedBackup => string.Create(CultureInfo.InvariantCulture, $"+{Added(program) / 1e6:f1}"),
        Operation.FirstBackup or Operation.Prune => (result.RepositorySize(program, operation) / 1e6).ToString("f1", CultureInfo.InvariantCulture),
        _ => "",
    };

    private double Added(string program) => result.RepositorySize(program, Operation.ChangedBackup) - result.RepositorySize(program, Operation.FirstBackup);

    private string Judge(Operation operation)
    {
        if (!judges || !programs.Contains(Targets.Reference))
        {
            return "";
        }

        double ourMemory = result.Median(programs[0], operation).PeakMemory;
        List<string> parts =
        [
            $"time {Targets.Judge(Ratio(operation, Targets.Reference), Targets.LongestTime(operation))}",
            $"memory {Targets.Judge(ourMemory / result.Median(Targets.Reference, operation).PeakMemory, 1)}",
        ];
        if (result.Workload.MostMemory is { } memory)
        {
            parts.Add($"memory {Targets.Judge(ourMemory / 1e6, memory / 1e6, " MB")}");
        }

        if (operation == Operation.FirstBackup && result.Workload.MostSize is { } size)
        {
            parts.Add($"size {Targets.Judge((double)result.RepositorySize(programs[0], operation) / result.RepositorySize(Targets.Reference, operation), size)}");
        }

        if (operation == Operation.ChangedBackup)
        {
            parts.Add($"added {Targets.Judge(Added(programs[0]) / Added(Targets.Reference), Targets.MostAdded)}");
        }

        return string.Join("; ", parts);
    }

    private static string Describe(Operation operation) => operation switch
    {
        Operation.FirstBackup => "first backup",
        Operation.UnchangedBackup => "backup, nothing changed",
        Operation.ChangedBackup => "backup after changes",
        Operation.Restore => "restore",
        Operation.Check => "check with all data",
        Operation.Prune => "prune",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };
}
