using System.Runtime.InteropServices;
using HandyBackup.Benchmarks.Measuring;

namespace HandyBackup.Benchmarks.Workloads;

/// <summary>A folder to back up, and what is measured with it.</summary>
internal sealed record Workload
{
    private const long Gigabyte = 1_000_000_000;

    private static readonly Operation[] s_usual = [Operation.FirstBackup, Operation.UnchangedBackup, Operation.Restore, Operation.Check];

    /// <summary>Its name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, as the page says it.</summary>
    public required string Description { get; init; }

    /// <summary>Makes the folder where needed, given a place for it and the scale, and returns its path.</summary>
    public required Func<string, double, string> Prepare { get; init; }

    /// <summary>What is timed.</summary>
    public IReadOnlyList<Operation> Operations { get; init; } = s_usual;

    /// <summary>Alters the folder: before <see cref="Operation.ChangedBackup"/>, given the round, and between snapshots, given their number.</summary>
    public Action<string, int>? Change { get; init; }

    /// <summary>How many snapshots are made before <see cref="Operation.Prune"/>; 0 where there is none.</summary>
    public int Snapshots { get; init; }

    /// <summary>The most that our repository may have after a first backup, as a multiple of restic's; null for no target.</summary>
    public double? MostSize { get; init; }

    /// <summary>The most memory that we may take, in bytes; null for no target but restic's.</summary>
    public long? MostMemory { get; init; }

    /// <summary>All workloads, smallest first: the first one also warms the server up.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new() { Name = "framework", Description = "The .NET shared frameworks", Prepare = (_, _) => SharedFrameworks, MostSize = 1.03 },
        new() { Name = "share", Description = "/usr/share", Prepare = (_, _) => "/usr/share", MostSize = 1.03 },
        new()
        {
            Name = "small",
            Description = $"150,000 small files ({SmallFiles.MinimumSize}–{SmallFiles.MaximumSize} bytes)",
            Prepare = (folder, scale) => SmallFiles.Write(Path.Combine(folder, "small"), Scaled(150_000, scale)),
        },
        new()
        {
            Name = "random",
            Description = "2 GB that do not compress",
            Prepare = (folder, scale) => LargeFiles.Write(Path.Combine(folder, "random"), 20, (long)(2 * Gigabyte * scale)),
        },
        new()
        {
            Name = "image",
            Description = "An image of 2 GB, of which scattered pieces of 256 KiB change, 2 % of it",
            Prepare = (folder, scale) => LargeFiles.Write(Path.Combine(folder, "image"), 1, (long)(2 * Gigabyte * scale)),
            Change = LargeFiles.Change,
            Operations = [Operation.FirstBackup, Operation.ChangedBackup, Operation.Restore, Operation.Check],
        },
        new()
        {
            Name = "million",
            Description = "1,000,000 small files",
            Prepare = (folder, scale) => SmallFiles.Write(Path.Combine(folder, "million"), Scaled(1_000_000, scale)),
            MostMemory = 300_000_000,
        },
        new()
        {
            Name = "history",
            Description = "100 snapshots of 20,000 small files, 2 % written anew before each",
            Prepare = (folder, scale) => SmallFiles.Write(Path.Combine(folder, "history"), Scaled(20_000, scale)),
            Change = History.Change,
            Snapshots = 100,
            Operations = [Operation.Prune, Operation.Check],
        },
    ];

    // The runtime lies in <root>/shared/Microsoft.NETCore.App/<version>/.
    private static string SharedFrameworks => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", ".."));

    /// <summary>The workloads of these names, in the order of <see cref="All"/>; all for null.</summary>
    /// <exception cref="BenchmarkException">There is no workload of such a name.</exception>
    public static IReadOnlyList<Workload> Select(IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            return All;
        }

        string? unknown = names.FirstOrDefault(name => All.All(workload => workload.Name != name));
        return unknown is null
            ? [.. All.Where(workload => names.Contains(workload.Name))]
            : throw new BenchmarkException($"There is no workload '{unknown}', only {string.Join(", ", All.Select(workload => workload.Name))}.");
    }

    /// <summary>A count at a scale; at least 2.</summary>
    public static int Scaled(int count, double scale) => Math.Max(2, (int)(count * scale));
}
