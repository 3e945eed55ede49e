using System.Globalization;
using System.Runtime.InteropServices;
using HandyBackup.Benchmarks.Reporting;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>One measurement of a fleet, and its section of the page.</summary>
internal static class FleetSession
{
    /// <summary>Measures what the options ask for, shows it as it comes, and writes the section if it is whole or a page was named.</summary>
    public static async Task RunAsync(BenchmarkOptions options, int agents, CancellationToken cancellationToken)
    {
        bool isWhole = options.FleetParts.Count == FleetMeasurement.AllParts.Count;
        string? output = options.Output ?? (isWhole ? BenchmarkOptions.FindPage() : null);
        var figures = new FleetFigures(Console.Out);
        await new FleetMeasurement(agents, options.FleetParts, figures).RunAsync(cancellationToken);
        if (output is null)
        {
            return;
        }

        PageSections page = await PageSections.ReadAsync(output, cancellationToken);
        page.Put(
            string.Create(CultureInfo.InvariantCulture, $"fleet {agents}"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                ## A server with {agents:N0} agents over TLS

                The server is a process of its own; the agents are in the benchmark's process, each with its own key, certificate and connection over loopback. Repository and sources on a RAM disk, data that neither repeats nor
                compresses. Both share {Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}, {Machine.Processor}, {RuntimeInformation.FrameworkDescription}). Memory is resident memory.

                {figures}
                """));
        await File.WriteAllTextAsync(output, page.ToString(), cancellationToken);
    }
}
