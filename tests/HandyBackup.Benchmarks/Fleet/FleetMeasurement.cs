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
internal sealed class FleetMeasurement(int agentCount, TextWriter output)
{
    private const int EnrolledAtOnce = 8;
    private const int MostBackups = 200;
    private const int BackupSize = 20_000_000;
    private const int LargeSize = 2_000_000_000;

    // So long the memory of a server settles that has nothing to do.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(60);

    /// <summary>Runs all measurements in a temporary folder of the RAM disk.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var place = new WorkFolder("/dev/shm");
        string[] arguments = ["--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FindPort()}")];
        var address = ServerAddress.Parse(arguments[1]);
        var door = new TlsServerDoor(BandwidthSchedule.Parse([]), TimeProvider.System, NullLogger.Instance);
        SimulatedAgent[] agents = [.. Enumerable.Range(0, agentCount).Select(i => Create(i, place.FullPath, address, door))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task staying = Task.CompletedTask;
        try
        {
            await using (ServerProcess server = await ServerProcess.StartAsync(place.FullPath, arguments, cancellationToken))
            {
                await EnrollAsync(server, agents, cancellationToken);
                long before = await SettleAsync(server, cancellationToken);
                long start = Stopwatch.GetTimestamp();
                staying = Task.WhenAll(agents.Select(agent => Task.Run(() => agent.RunAsync(stop.Token), CancellationToken.None)));
                await ReportConnectingAsync(server, "connected for the first time", start, cancellationToken);
                long after = await SettleAsync(server, cancellationToken);
                Report("memory of the server without connections, MB", before / 1e6);
                Report("memory of the server for each idle connection, kB", (after - before) / 1e3 / agentCount);
                await ReportIdleAsync(server, cancellationToken);
            }

            long restart = Stopwatch.GetTimestamp();
            await using ServerProcess restarted = await ServerProcess.StartAsync(place.FullPath, arguments, cancellationToken);
            await ReportConnectingAsync(restarted, "connected again after the server was restarted", restart, cancellationToken);
            await new FleetBackups(restarted, place.FullPath, Report).RunAsync([.. agents.Take(MostBackups)], BackupSize, cancellationToken);
            await new FleetBackups(restarted, place.FullPath, Report).RunAsync([agents[0]], LargeSize, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await staying;
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

    private static async Task<long> SettleAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        await Task.Delay(s_settling, cancellationToken);
        return ProcessFigures.Memory(server.Id);
    }

    private async Task EnrollAsync(ServerProcess server, SimulatedAgent[] agents, CancellationToken cancellationToken)
    {
        NewEnrollmentToken token = await server.Connection.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest { Uses = agentCount }, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = EnrolledAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(agents, options, async (agent, stop) => await agent.EnrollAsync(token.Token, stop));
        Report("enrolled, s", Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private async Task ReportConnectingAsync(ServerProcess server, string what, long start, CancellationToken cancellationToken)
    {
        var answers = new AnswerTimes(server.Connection);
        await answers.AskUntilAsync(connected => connected == agentCount, cancellationToken);
        Report($"{what}, s", Stopwatch.GetElapsedTime(start).TotalSeconds);
        Report($"answers to a panel meanwhile: {answers.Count}, median, ms", answers.Median.TotalMilliseconds);
        Report("answers to a panel meanwhile, 99 % within, ms", answers.Percentile99.TotalMilliseconds);
    }

    private async Task ReportIdleAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        TimeSpan before = ProcessFigures.ProcessorTime(server.Id);
        await Task.Delay(s_settling, cancellationToken);
        Report("processor time of the idle server, share of a core, %", (ProcessFigures.ProcessorTime(server.Id) - before) / s_settling * 100);
    }

    private void Report(string what, double value) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{agentCount} agents: {what}: {value:0.0}"));
}
