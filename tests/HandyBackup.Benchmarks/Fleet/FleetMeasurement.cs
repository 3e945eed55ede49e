using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Benchmarks.Measuring;
using HandyBackup.Benchmarks.Programs;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>Measures a server with many agents, which are connected over TLS from this process: idle, after a restart, and when many back up at once.</summary>
/// <param name="agentCount">How many agents there are.</param>
/// <param name="parts">What is measured besides connecting: names of <see cref="AllParts"/>.</param>
/// <param name="figures">Receives what was measured.</param>
internal sealed class FleetMeasurement(int agentCount, IReadOnlyList<string> parts, FleetFigures figures)
{
    private const string Idle = "idle";
    private const string Restart = "restart";
    private const string Backups = "backups";
    private const string Large = "large";

    private const int EnrolledAtOnce = 8;
    private const int MostBackups = 200;
    private const int BackupSize = 20_000_000;
    private const int SmallRounds = 1;
    private const int LargeRounds = 3;
    private const int LargeSize = 2_000_000_000;

    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(100);

    // So long the memory of a server settles that has nothing to do.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(60);

    /// <summary>All parts: idle connections; all at once after a restart; many small backups at once; one large one.</summary>
    public static IReadOnlyList<string> AllParts { get; } = [Idle, Restart, Backups, Large];

    /// <summary>Runs the measurements in a temporary folder of the RAM disk.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var place = new WorkFolder("/dev/shm");
        string[] arguments = ["--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FindPort()}")];
        var address = ServerAddress.Parse(arguments[1]);
        var door = new TlsServerDoor(BandwidthSchedule.Parse([]), TimeProvider.System, NullLogger.Instance);
        SimulatedAgent[] agents = [.. Enumerable.Range(0, agentCount).Select(i => Create(i, place.FullPath, address, door))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task staying = Task.CompletedTask;
        AnswerTimes? asking = null;
        try
        {
            await using (ServerProcess server = await ServerProcess.StartAsync(place.FullPath, arguments, cancellationToken))
            {
                await EnrollAsync(server, agents, cancellationToken);
                long before = await SettleAsync(server, cancellationToken);
                asking = await AnswerTimes.StartAsync(server.DataPath, cancellationToken);
                await asking.BeginAsync(cancellationToken);
                long start = Stopwatch.GetTimestamp();
                staying = Task.WhenAll(agents.Select(agent => Task.Run(() => agent.RunAsync(stop.Token), CancellationToken.None)));
                await MeasureConnectingAsync(server, asking, "connected for the first time", start, cancellationToken);
                await MeasureIdleAsync(server, before, cancellationToken);
                await BackUpAsync(server, asking, agents, place.FullPath, cancellationToken);
            }

            if (parts.Contains(Restart))
            {
                await asking!.BeginAsync(cancellationToken);
                long restart = Stopwatch.GetTimestamp();
                await using ServerProcess restarted = await ServerProcess.StartAsync(place.FullPath, arguments, cancellationToken);
                await MeasureConnectingAsync(restarted, asking, "connected again after the server was restarted", restart, cancellationToken);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await staying;
            await (asking?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static SimulatedAgent Create(int number, string folder, ServerAddress address, TlsServerDoor door)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"agent-{number}");
        return new SimulatedAgent(name, Path.Combine(folder, name), address, door);
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<long> SettleAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        await Task.Delay(parts.Contains(Idle) ? s_settling : TimeSpan.Zero, cancellationToken);
        return ProcessFigures.Memory(server.Id);
    }

    private async Task EnrollAsync(ServerProcess server, SimulatedAgent[] agents, CancellationToken cancellationToken)
    {
        NewEnrollmentToken token = await server.Connection.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest { Uses = agentCount }, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = EnrolledAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(agents, options, async (agent, stop) => await agent.EnrollAsync(token.Token, stop));
        figures.Add("enrolled", Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
    }

    private async Task MeasureConnectingAsync(ServerProcess server, AnswerTimes asking, string what, long start, CancellationToken cancellationToken)
    {
        while ((await server.Connection.ServerInfo.GetStatusAsync(cancellationToken)).Agents < agentCount)
        {
            await Task.Delay(s_betweenLooks, cancellationToken);
        }

        figures.Add(what, Stopwatch.GetElapsedTime(start).TotalSeconds, "s", FleetTargets.Connected);
        AnswerFigures answers = await asking.EndAsync(cancellationToken);
        figures.Add($"{what}: answers to a panel meanwhile ({answers.Count}), median", answers.Median, "ms", FleetTargets.Answer);
        figures.Add($"{what}: answers to a panel meanwhile, 99 % within", answers.Percentile99, "ms");
    }

    private async Task MeasureIdleAsync(ServerProcess server, long before, CancellationToken cancellationToken)
    {
        if (!parts.Contains(Idle))
        {
            return;
        }

        long after = await SettleAsync(server, cancellationToken);
        figures.Add("memory of the server without connections", before / 1e6, "MB");
        figures.Add("memory of the server for each idle connection", (after - before) / 1e3 / agentCount, "kB", FleetTargets.Connection);
        TimeSpan start = ProcessFigures.ProcessorTime(server.Id);
        await Task.Delay(s_settling, cancellationToken);
        figures.Add("processor time of the idle server, share of a core", (ProcessFigures.ProcessorTime(server.Id) - start) / s_settling * 100, "%");
    }

    private async Task BackUpAsync(ServerProcess server, AnswerTimes asking, SimulatedAgent[] agents, string folder, CancellationToken cancellationToken)
    {
        var backups = new FleetBackups(server, asking, folder, figures);
        if (parts.Contains(Backups))
        {
            await backups.RunAsync([.. agents.Take(MostBackups)], BackupSize, SmallRounds, cancellationToken);
        }

        if (parts.Contains(Large))
        {
            await backups.RunAsync([agents[0]], LargeSize, LargeRounds, cancellationToken);
        }
    }
}
