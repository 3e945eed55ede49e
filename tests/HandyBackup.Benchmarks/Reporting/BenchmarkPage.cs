using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HandyBackup.Benchmarks.Programs;

namespace HandyBackup.Benchmarks.Reporting;

/// <summary>
/// The page of backups, in Markdown: a head, and a section for each workload and place. Sections that are not measured stay, so that the page can be made
/// in parts.
/// </summary>
internal sealed class BenchmarkPage
{
    private readonly BenchmarkOptions _options;
    private readonly IReadOnlyList<string> _programs;
    private readonly string? _output;
    private readonly PageSections _sections;

    private BenchmarkPage(BenchmarkOptions options, IReadOnlyList<string> programs, string? output, PageSections sections)
    {
        _options = options;
        _programs = programs;
        _output = output;
        _sections = sections;
    }

    /// <summary>Begins a page.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="programs">The programs, ours first.</param>
    /// <param name="output">The file, whose sections are kept if it exists; null for none.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async Task<BenchmarkPage> CreateAsync(BenchmarkOptions options, IReadOnlyList<IBackupProgram> programs, string? output, CancellationToken cancellationToken)
    {
        List<string> versions = [];
        foreach (IBackupProgram program in programs)
        {
            versions.Add(await program.GetVersionAsync(cancellationToken));
        }

        PageSections sections = await PageSections.ReadAsync(output, cancellationToken);
        sections.Head = WriteHead(versions);
        return new BenchmarkPage(options, [.. programs.Select(program => program.Name)], output, sections);
    }

    /// <summary>Adds or replaces a section.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="drive">The kind of the drive that the repositories lay on.</param>
    public void Add(WorkloadResult result, string drive)
    {
        var text = new StringBuilder();
        Line(text, $"## {result.Workload.Description}, repository on {drive} ({result.Place}): {result.Files:N0} files, {result.Bytes / 1e6:N0} MB");
        Line(text, $"");
        Line(text, $"Median of {_options.Runs} runs{(_options.Scale < 1 ? $" at scale {_options.Scale}, so targets are not judged" : "")}.");
        Line(text, $"");
        new ResultTable(result, _programs, judges: _options.Scale >= 1).Write(text);
        _sections.Put($"{result.Workload.Name} {result.Place}", text.ToString());
    }

    /// <summary>Writes the file, if there is to be one.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_output is not null)
        {
            await File.WriteAllTextAsync(_output, ToString(), cancellationToken);
        }
    }

    /// <summary>The page's text.</summary>
    public override string ToString() => _sections.ToString();

    private static string WriteHead(List<string> versions)
    {
        var page = new StringBuilder();
        Line(page, $"# Benchmarks");
        Line(page, $"");
        Line(page, $"Written by `build.ps1 Bench`, or a section at a time by `tests/HandyBackup.Benchmarks` with `--workload` or `--fleet`; not by hand.");
        Line(page, $"");
        Line(page, $"| | |");
        Line(page, $"|---|---|");
        Line(page, $"| processor | {Machine.Processor}, {Environment.ProcessorCount} cores |");
        Line(page, $"| memory | {Machine.Memory / 1e9:f1} GB |");
        Line(page, $"| system | {Machine.Distribution}, Linux {Machine.Kernel} |");
        Line(page, $"| .NET | {RuntimeInformation.FrameworkDescription} |");
        Line(page, $"| programs | {string.Join("; ", versions)} |");
        Line(page, $"");
        Line(page, $"Programs alternating, each with its defaults and an encrypted repository. What an operation reads was read once before the timing, since borg drops it from the page cache. MB are 1,000,000 bytes.");
        Line(page, $"Handy Backup: one warm server with its agent inside; timed from the start of the run to its end as a panel sees it; CPU and memory of the server's process.");
        Line(page, $"The others: one process for each command. Every restored tree was compared with its original, outside the timing.");
        Line(page, $"Prune: the older half of all snapshots was forgotten before; timed until the space is free, without reading data back (Handy Backup: without a grace).");
        Line(page, $"*Ratio* is Handy Backup's time divided by that program's: below 1 we are faster. *Target* is judged against restic: time, memory, and size where there is a target for it.");
        return page.ToString();
    }

    private static void Line(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
