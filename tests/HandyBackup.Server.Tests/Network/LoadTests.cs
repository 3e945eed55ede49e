using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Network;

/// <summary>
/// Many agents over real TLS in one process: all come back after a restart of the server, and many back up at once. How fast, and in how much memory, the
/// benchmark says (<c>--fleet</c>); here nobody may be lost, and nothing may fail.
/// </summary>
public sealed class LoadTests : IDisposable
{
    private const int FileSize = 500_000;

    private readonly TempFolder _folder = new();

    private static int Agents => ProofRun.Times(everyday: 100, integration: 200, stress: 1000);

    private static int Backups => ProofRun.Times(everyday: 10, integration: 20, stress: 200);

    private static int BytesOfEach => ProofRun.Times(everyday: 2_000_000, integration: 5_000_000, stress: 20_000_000);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fleet_comes_back_after_a_restart_and_backs_up_at_once()
    {
        FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        FleetAgent[] agents = new FleetAgent[Agents];
        using var stop = new CancellationTokenSource();
        Task staying = Task.CompletedTask;
        try
        {
            await server.CreateRepositoryAsync(_folder.Combine("main"));
            string token = await server.CreateTokenAsync(new NewEnrollmentTokenRequest { Uses = Agents });
            ServerAddress address = server.Address;
            await Parallel.ForAsync(0, Agents, async (i, _) => agents[i] = await FleetAgent.EnrollAsync(address, token, $"pc{i:D4}"));
            staying = Task.WhenAll(agents.Select(agent => Task.Run(() => agent.StayConnectedAsync(address, stop.Token))));
            await WaitForAllAsync(server, "connected for the first time");

            await server.DisposeAsync();
            server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Port = address.Port });
            await WaitForAllAsync(server, "connected again");

            await BackUpAsync(server);
        }
        finally
        {
            await stop.CancelAsync();
            await staying;
            await server.DisposeAsync();
            Array.ForEach(agents, agent => agent?.Dispose());
        }

        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("main"), FleetServer.Password);
        (await restic.CheckAsync(readData: true, TestTimeout.Long)).Succeeded();
    }

    private static async Task WaitForAllAsync(FleetServer server, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while ((await server.Core.ServerInfo.GetStatusAsync(TestTimeout.Long)).Agents < Agents)
        {
            await Task.Delay(20, TestTimeout.Long);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Agents} agents {what} after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s.");
    }

    private async Task BackUpAsync(FleetServer server)
    {
        await server.Core.Settings.SetRunLimitsAsync(new SetRunLimitsRequest { Total = Backups, PerRepository = Backups }, TestTimeout.Token);
        string[] names = [.. Enumerable.Range(0, Backups).Select(i => $"pc{i:D4}")];
        foreach (string name in names)
        {
            await WriteFilesAsync(_folder.Combine(name));
            await server.CreateTaskAsync(name, _folder.Combine(name), task: name);
        }

        StartedTask[] started = await Task.WhenAll(names.Select(name => server.Core.Tasks.StartAsync(new StartTaskRequest { Name = name }, TestTimeout.Token)));
        Run[] ended = await Task.WhenAll(started.Select(one => server.WaitAsync(Assert.Single(one.Runs))));

        Assert.All(ended, run => Assert.True(run.State == RunState.Completed, $"{run.Agent}: {run.State}: {run.Error}"));
        Assert.All(ended, run => Assert.Equal(((long)BytesOfEach, 0L), (run.Progress.Bytes, run.Warnings)));
        TestContext.Current.TestOutputHelper?.WriteLine($"Shortest run {ended.Min(Duration)}, longest {ended.Max(Duration)}.");
    }

    private static TimeSpan Duration(Run run) => run.Ended!.Value - run.Started!.Value;

    private static async Task WriteFilesAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        byte[] content = new byte[FileSize];
        for (int i = 0; i < BytesOfEach / FileSize; i++)
        {
            Random.Shared.NextBytes(content);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}.bin"), content, TestTimeout.Token);
        }
    }
}
