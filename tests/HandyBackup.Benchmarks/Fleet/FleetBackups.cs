using System.Diagnostics;
using System.Globalization;
using HandyBackup.Benchmarks.Measuring;
using HandyBackup.Benchmarks.Programs;
using HandyBackup.Contracts;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>Backups of several agents that are started at once, of data that neither repeats nor compresses.</summary>
/// <param name="server">The server.</param>
/// <param name="asking">A panel that asks the server.</param>
/// <param name="folder">Where sources and repository lie.</param>
/// <param name="figures">Receives what was measured.</param>
internal sealed class FleetBackups(ServerProcess server, AnswerTimes asking, string folder, FleetFigures figures)
{
    private const int FileSize = 1_000_000;

    private int _repositories;

    private string RepositoryName => string.Create(CultureInfo.InvariantCulture, $"fleet-{_repositories}");

    /// <summary>Backs up so many bytes of each agent, each time to a new repository, and reports the time whose speed is the median.</summary>
    /// <param name="agents">The agents.</param>
    /// <param name="bytes">How much each has.</param>
    /// <param name="rounds">How often; one more comes before them that does not count: the memory of a RAM disk costs much when it is touched for the first time.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    public async Task RunAsync(SimulatedAgent[] agents, int bytes, int rounds, CancellationToken cancellationToken)
    {
        List<FleetBackupResult> results = [];
        for (int round = 0; round <= rounds; round++)
        {
            results.Add(await MeasureAsync(agents, bytes, cancellationToken));
        }

        results.RemoveAt(0);
        FleetBackupResult median = results.OrderBy(result => result.Seconds).ElementAt(results.Count / 2);
        string what = string.Create(CultureInfo.InvariantCulture, $"{agents.Length} × {bytes / 1e6:0} MB, median of {rounds}");
        figures.Add(what, median.Seconds, "s");
        figures.Add($"{what}: all together", (double)agents.Length * bytes / 1e6 / median.Seconds, "MB/s", agents.Length == 1 ? FleetTargets.Throughput : null);
        figures.Add($"{what}: shortest from its own start to its end", median.Shortest, "s");
        figures.Add($"{what}: longest from its own start to its end", median.Longest, "s");
        figures.Add($"{what}: peak memory of the server", median.PeakMemory / 1e6, "MB", FleetTargets.Memory);
        figures.Add($"{what}: processor time of the server", median.Server.TotalSeconds, "s");
        figures.Add($"{what}: processor time of the agents and the panel", median.Agents.TotalSeconds, "s");
        figures.Add($"{what}: answers to a panel meanwhile, median", median.Answers.Median, "ms", FleetTargets.Answer);
    }

    private async Task<FleetBackupResult> MeasureAsync(SimulatedAgent[] agents, int bytes, CancellationToken cancellationToken)
    {
        string place = Path.Combine(folder, $"backups-{++_repositories}");
        await server.Connection.Repositories.CreateAsync(
            new CreateRepositoryRequest { Name = RepositoryName, Path = Path.Combine(place, "repository"), Password = new Secret { Value = "benchmark" } }, cancellationToken);
        foreach (SimulatedAgent agent in agents)
        {
            await PrepareAsync(agent, Path.Combine(place, agent.Name), bytes, cancellationToken);
        }

        await asking.BeginAsync(cancellationToken);
        ProcessFigures.ResetPeakMemory(server.Id);
        TimeSpan processor = ProcessFigures.ProcessorTime(server.Id);
        TimeSpan ours = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        StartedTask[] begun = await Task.WhenAll(agents.Select(agent => server.Connection.Tasks.StartAsync(new StartTaskRequest { Name = TaskOf(agent) }, cancellationToken)));
        Run[] ended = await Task.WhenAll(begun.Select(started => WaitAsync(started.Runs[0], cancellationToken)));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var result = new FleetBackupResult
        {
            Seconds = seconds,
            Shortest = ended.Min(Duration),
            Longest = ended.Max(Duration),
            PeakMemory = ProcessFigures.PeakMemory(server.Id),
            Server = ProcessFigures.ProcessorTime(server.Id) - processor,
            Agents = Environment.CpuUsage.TotalTime - ours,
            Answers = await asking.EndAsync(cancellationToken),
        };
        Directory.Delete(place, recursive: true);
        return result;
    }

    private static double Duration(Run run) => (run.Ended!.Value - run.Started!.Value).TotalSeconds;

    private string TaskOf(SimulatedAgent agent) => $"{agent.Name} to {RepositoryName}";

    private async Task PrepareAsync(SimulatedAgent agent, string source, int bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(source);
        byte[] content = new byte[FileSize];
        for (int i = 0; i < bytes / FileSize; i++)
        {
            Random.Shared.NextBytes(content);
            await File.WriteAllBytesAsync(Path.Combine(source, $"{i:D5}"), content, cancellationToken);
        }

        var definition = new TaskDefinition
        {
            Name = TaskOf(agent),
            Agent = agent.Name,
            Repository = RepositoryName,
            Selection = new SourceSelection { Source = "Files", Paths = [source] },
        };
        await server.Connection.Tasks.CreateAsync(new CreateTaskRequest { Definition = definition }, cancellationToken);
    }

    private async Task<Run> WaitAsync(Run run, CancellationToken cancellationToken)
    {
        await foreach (Run state in server.Connection.Runs.WatchAsync(new RunReference(run.Id), cancellationToken))
        {
            run = state;
        }

        return run.State == RunState.Completed ? run : throw new BenchmarkException($"The backup of {run.Agent} ended as {run.State} with {run.Warnings} warnings. {run.Error?.Message}");
    }
}
