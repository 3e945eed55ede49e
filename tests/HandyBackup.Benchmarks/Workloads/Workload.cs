using System.Runtime.InteropServices;

namespace HandyBackup.Benchmarks.Workloads;

/// <summary>A folder to back up.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">What it is, as the page says it.</param>
/// <param name="Prepare">Makes the folder where needed, given a place for it, and returns its path.</param>
internal sealed record Workload(string Name, string Description, Func<string, string> Prepare)
{
    /// <summary>All workloads, smallest first: the first one also warms the server up.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("framework", "The .NET shared frameworks", _ => SharedFrameworks),
        new("small", $"{SmallFiles.Count:N0} files of {SmallFiles.MinimumSize}–{SmallFiles.MaximumSize} bytes", folder => SmallFiles.Write(Path.Combine(folder, "small"))),
        new("share", "/usr/share", _ => "/usr/share"),
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
}
