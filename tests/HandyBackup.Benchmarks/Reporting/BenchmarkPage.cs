using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HandyBackup.Benchmarks.Measuring;
using HandyBackup.Benchmarks.Programs;

namespace HandyBackup.Benchmarks.Reporting;

/// <summary>The page with the tables, in Markdown.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="folder">Where the repositories lay.</param>
/// <param name="programs">The programs, ours first.</param>
internal sealed class BenchmarkPage(BenchmarkOptions options, string folder, IReadOnlyList<IBackupProgram> programs)
{
    /// <summary>The page's text.</summary>
    public async Task<string> WriteAsync(IReadOnlyList<WorkloadResult> results, CancellationToken cancellationToken)
    {
        var page = new StringBuilder();
        await WriteHeadAsync(page, cancellationToken);
        foreach (WorkloadResult result in results)
        {
            WriteTable(page, result);
        }

        return page.ToString();
    }

    private async Task WriteHeadAsync(StringBuilder page, CancellationToken cancellationToken)
    {
        List<string> versions = [];
        foreach (IBackupProgram program in programs)
        {
            versions.Add(await program.GetVersionAsync(cancellationToken));
        }

        Line(page, $"# Benchmarks");
        Line(page, $"");
        Line(page, $"Written by `{options.ToCommand()}`; not by hand.");
        Line(page, $"");
        Line(page, $"| | |");
        Line(page, $"|---|---|");
        Line(page, $"| processor | {Machine.Processor}, {Environment.ProcessorCount} cores |");
        Line(page, $"| memory | {Machine.Memory / 1e9:f1} GB |");
        Line(page, $"| system | {Machine.Distribution}, Linux {Machine.Kernel} |");
        Line(page, $"| .NET | {RuntimeInformation.FrameworkDescription} |");
        Line(page, $"| repositories and restored files on | {new DriveInfo(folder).DriveFormat} |");
        Line(page, $"| programs | {string.Join("; ", versions)} |");
        Line(page, $"");
        Line(page, $"Median of {options.Runs} runs, programs alternating, page cache warm, each program with its defaults and an encrypted repository. MB are 1,000,000 bytes.");
        Line(page, $"Handy Backup: one warm server with its agent inside; timed from the start of the run to its end as a panel sees it; CPU and memory of the server's process.");
        Line(page, $"The others: one process for each command. Every restored tree was compared with its original, outside the timing.");
        Line(page, $"*Ratio* is Handy Backup's time divided by that program's: below 1 we are faster.");
    }

    private void WriteTable(StringBuilder page, WorkloadResult result)
    {
        Line(page, $"");
        Line(page, $"## {result.Workload.Description}: {result.Files:N0} files, {result.Bytes / 1e6:N0} MB");
        Line(page, $"");
        Line(page, $"| operation | program | time (s) | shortest–longest | ratio | CPU (s) | peak memory (MB) | repository (MB) |");
        Line(page, $"|---|---|--:|--:|--:|--:|--:|--:|");
        foreach (Operation operation in Enum.GetValues<Operation>())
        {
            double ours = result.Median(programs[0].Name, operation).Wall.TotalSeconds;
            foreach (IBackupProgram program in programs)
            {
                Measurement median = result.Median(program.Name, operation);
                (TimeSpan shortest, TimeSpan longest) = result.Range(program.Name, operation);
                string ratio = program == programs[0] ? "" : (ours / median.Wall.TotalSeconds).ToString("f2", CultureInfo.InvariantCulture);
                string size = operation == Operation.FirstBackup ? (result.RepositorySize(program.Name) / 1e6).ToString("f1", CultureInfo.InvariantCulture) : "";
                Line(page, $"| {Describe(operation)} | {program.Name} | {median.Wall.TotalSeconds:f2} | {shortest.TotalSeconds:f2}–{longest.TotalSeconds:f2} | {ratio} | {median.Processor.TotalSeconds:f2} | {median.PeakMemory / 1e6:f0} | {size} |");
            }
        }
    }

    private static string Describe(Operation operation) => operation switch
    {
        Operation.FirstBackup => "first backup",
        Operation.UnchangedBackup => "backup, nothing changed",
        Operation.Restore => "restore",
        Operation.Check => "check with all data",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };

    private static void Line(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
