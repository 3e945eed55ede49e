using System.Globalization;
using HandyBackup.Benchmarks.Fleet;

namespace HandyBackup.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>How to call the program.</summary>
    public const string Usage = """
        Usage: HandyBackup.Benchmarks [--workload <names>] [--runs <count>] [--programs <names>] [--places <names>] [--disk <folder>] [--scale <factor>] [--output <file>]
               HandyBackup.Benchmarks --index <blobs>
               HandyBackup.Benchmarks --fleet <agents> [--parts <names>] [--output <file>]
               HandyBackup.Benchmarks --stages [options of BenchmarkDotNet]

          --workload   framework, share, small, random, image, million, history, or several with commas; all by default
          --runs       how often each is measured; the median is shown; 5 by default
          --programs   restic, borg, or both with a comma, beside Handy Backup; by default those that are installed
          --places     ram, disk, or both with a comma: where repositories and restored files lie; both by default
          --disk       an existing folder on the disk; /var/tmp by default
          --scale      makes generated workloads smaller, such as 0.01, to try things out; 1 by default
          --index      measures only the index of a repository with so many blobs
          --fleet      measures only a server with so many agents that are connected over TLS, in the RAM disk
          --parts      idle, restart, backups, large, or several with commas: what is measured of a fleet; all by default
          --output     the page; sections of other workloads and places that it has stay. docs/benchmarks.md by default, and with another scale or some parts only none
        """;

    private static readonly string[] s_knownPrograms = ["restic", "borg"];
    private static readonly string[] s_knownPlaces = ["ram", "disk"];

    /// <summary>Names of workloads; null for all.</summary>
    public IReadOnlyList<string>? Workloads { get; init; }

    /// <summary>How often each operation is measured.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Programs to measure beside ours; null for those that are installed.</summary>
    public IReadOnlyList<string>? Programs { get; init; }

    /// <summary>Where repositories and restored files lie: ram, disk, or both.</summary>
    public IReadOnlyList<string> Places { get; init; } = s_knownPlaces;

    /// <summary>A folder on the disk.</summary>
    public string Disk { get; init; } = "/var/tmp";

    /// <summary>What the size of generated workloads is multiplied by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>How many blobs the index has that is to be measured; null to measure backups.</summary>
    public int? IndexBlobs { get; init; }

    /// <summary>How many agents the server has that is to be measured; null to measure backups.</summary>
    public int? FleetAgents { get; init; }

    /// <summary>What is measured of a fleet.</summary>
    public IReadOnlyList<string> FleetParts { get; init; } = FleetMeasurement.AllParts;

    /// <summary>The page to write; null for the default.</summary>
    public string? Output { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="BenchmarkException">It is not as <see cref="Usage"/> says.</exception>
    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchmarkOptions();
        for (int i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
            {
                throw new BenchmarkException($"'{arguments[i]}' is no option, or its value is missing.\n{Usage}");
            }

            string value = arguments[i + 1];
            options = arguments[i] switch
            {
                "--workload" => options with { Workloads = value.Split(',') },
                "--runs" => options with { Runs = ParseCount(arguments[i], value, 100) },
                "--programs" => options with { Programs = ParseNames(arguments[i], value, s_knownPrograms) },
                "--places" => options with { Places = ParseNames(arguments[i], value, s_knownPlaces) },
                "--scale" => options with { Scale = ParseScale(value) },
                "--disk" => options with { Disk = Path.GetFullPath(value) },
                "--index" => options with { IndexBlobs = ParseCount(arguments[i], value, 50_000_000) },
                "--fleet" => options with { FleetAgents = ParseCount(arguments[i], value, 50_000) },
                "--parts" => options with { FleetParts = ParseNames(arguments[i], value, FleetMeasurement.AllParts) },
                "--output" => options with { Output = Path.GetFullPath(value) },
                _ => throw new BenchmarkException($"'{arguments[i]}' is no option.\n{Usage}"),
            };
        }

        return options;
    }

    /// <summary>The command that gives the same page again; without paths, which are a matter of the machine.</summary>
    public string ToCommand()
    {
        List<string> parts = [];
        if (Workloads is not null)
        {
            parts.Add($"--workload {string.Join(',', Workloads)}");
        }

        if (Runs != new BenchmarkOptions().Runs)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"--runs {Runs}"));
        }

        if (Programs is not null)
        {
            parts.Add($"--programs {string.Join(',', Programs)}");
        }

        if (Places.Count < s_knownPlaces.Length)
        {
            parts.Add($"--places {string.Join(',', Places)}");
        }

        if (Scale < 1)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"--scale {Scale}"));
        }

        return parts.Count == 0
            ? "build.ps1 Bench"
            : $"dotnet run -c Release --project tests/HandyBackup.Benchmarks -- {string.Join(' ', parts)}";
    }

    /// <summary>The page of the source tree that this program was built from.</summary>
    /// <exception cref="BenchmarkException">There is no such tree.</exception>
    public static string FindPage()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HandyBackup.sln")))
            {
                return Path.Combine(folder.FullName, "docs", "benchmarks.md");
            }
        }

        throw new BenchmarkException("HandyBackup.sln was not found above this program. Name the page with --output.");
    }

    private static int ParseCount(string option, string value, int highest) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1 && count <= highest
            ? count
            : throw new BenchmarkException($"{option} takes a number from 1 to {highest}, not '{value}'.");

    private static double ParseScale(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double scale) && scale is > 0 and <= 1
            ? scale
            : throw new BenchmarkException($"--scale takes a number above 0 and up to 1, not '{value}'.");

    private static string[] ParseNames(string option, string value, IReadOnlyList<string> known)
    {
        string[] names = value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        string? unknown = names.FirstOrDefault(name => !known.Contains(name));
        return unknown is null && names.Length > 0 ? names : throw new BenchmarkException($"{option} takes {string.Join(" and ", known)}, not '{value}'.");
    }
}
