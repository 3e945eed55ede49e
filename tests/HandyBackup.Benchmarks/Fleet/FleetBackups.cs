using System.Diagnostics;
using HandyBackup.Benchmarks.Measuring;
using HandyBackup.Benchmarks.Programs;
using HandyBackup.Contracts;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>Backups of several agents that are started at once, of data that neither repeats nor compresses.</summary>
/// <param name="server">The server.</param>
/// <param name="folder">Where sources and repository lie.</param>
/// <param name="report">Receives what was measured.</param>
internal sealed class FleetBackups(ServerProcess server, string folder, Action<string, double> report)
{
    private const string Repository = "fleet";
    private const int FileSize = 1_000_000;

    /// <summary>Backs up so many bytes of each agent.</summary>
    public async Task RunAsync(SimulatedAgent[] agents, int bytes, CancellationToken cancellationToken)
    {
        string place = Path.Combine(folder, $"backups-{agents.Length}");
        await server.Connection.Repositories.CreateAsync(
            new CreateRepositoryRequest { Name = Name(agents), Path = Path.Combine(place, Repository), Password = new Secret { Value = "benchmark" } }, cancellationToken);
        foreach (SimulatedAgent agent in agents)
        {
            await PrepareAsync(agents, agent, Path.Combine(place, agent.Name), bytes, cancellationToken);
        }

        ProcessFigures.ResetPeakMemory(server.Id);
        TimeSpan processor = ProcessFigures.ProcessorTime(server.Id);
        long start = Stopwatch.GetTimestamp();
        StartedTask[] begun = await Task.WhenAll(agents.Select(agent => server.Connection.Tasks.StartAsync(new StartTaskRequest { Name = TaskOf(agents, agent) }, cancellationToken)));
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answers = new AnswerTimes(server.Connection);
        Task asking = answers.AskUntilAsync(_ => watching.IsCancellationRequested, cancellationToken);
        Run[] ended = await Task.WhenAll(begun.Select(started => WaitAsync(started.Runs[0], cancellationToken)));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await watching.CancelAsync();
        await asking;

        string what = $"{agents.Length} backups of {bytes / 1e6:0} MB";
        report($"{what}, s", seconds);
        report($"{what}, MB/s", (double)agents.Length * bytes / 1e6 / seconds);
        report($"{what}, shortest from its own start to its end, s", ended.Min(run => (run.Ended!.Value - run.Started!.Value).TotalSeconds));
        report($"{what}, longest from its own start to its end, s", ended.Max(run => (run.Ended!.Value - run.Started!.Value).TotalSeconds));
        report($"{what}, peak memory of the server, MB", ProcessFigures.PeakMemory(server.Id) / 1e6);
        report($"{what}, processor time of the server, s", (ProcessFigures.ProcessorTime(server.Id) - processor).TotalSeconds);
        report($"{what}, answers to a panel meanwhile, median, ms", answers.Median.TotalMilliseconds);
        Directory.Delete(place, recursive: true);
    }

    private static string Name(SimulatedAgent[] agents) => $"{Repository}-{agents.Length}";

    private static string TaskOf(SimulatedAgent[] agents, SimulatedAgent agent) => $"{agent.Name} to {Name(agents)}";

    private async Task PrepareAsync(SimulatedAgent[] agents, SimulatedAgent agent, string source, int bytes, CancellationToken cancellationToken)
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
            Name = TaskOf(agents, agent),
            Agent = agent.Name,
            Repository = Name(agents),
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
