using System.Diagnostics;
using HandyBackup.Benchmarks.Measuring;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Benchmarks.Programs;

/// <summary>Our server as its own process with the agent in it, driven as a panel drives it. One process serves all measurements.</summary>
internal sealed class HandyBackupProgram : IBackupProgram
{
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_betweenAttempts = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly PanelConnection _connection;
    private string _name = "";

    private HandyBackupProgram(Process process, PanelConnection connection)
    {
        _process = process;
        _connection = connection;
    }

    /// <inheritdoc/>
    public string Name => "Handy Backup";

    /// <summary>Starts a server and connects to it.</summary>
    /// <param name="folder">Where its data path and temporary files go.</param>
    /// <param name="cancellationToken">Stops the waiting for it.</param>
    public static async Task<HandyBackupProgram> StartAsync(string folder, CancellationToken cancellationToken)
    {
        string dataPath = Path.Combine(folder, "server");
        var start = new ProcessStartInfo(FindServer(), ["--data-path", dataPath, "--standalone"]) { WorkingDirectory = folder };
        start.Environment["TMPDIR"] = folder;
        Process process = Process.Start(start)!;
        try
        {
            return new HandyBackupProgram(process, await ConnectAsync(process, dataPath, cancellationToken));
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => Task.FromResult(_connection.Server.Product);

    /// <inheritdoc/>
    public async Task CreateRepositoryAsync(string folder, CancellationToken cancellationToken)
    {
        _name = Path.GetFileName(folder);
        var password = new Secret { Value = "benchmark" };

        // No grace, since the others have none: a prune shall give the space back at once.
        var request = new CreateRepositoryRequest { Name = _name, Path = folder, Password = password, Grace = TimeSpan.Zero, SweepGrace = TimeSpan.Zero };
        await _connection.Repositories.CreateAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Measurement> BackUpAsync(string source, CancellationToken cancellationToken)
    {
        await MakeTaskAsync(source, cancellationToken);
        return await MeasureAsync(() => _connection.Tasks.StartAsync(new StartTaskRequest { Name = _name }, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Measurement> RestoreAsync(string destination, CancellationToken cancellationToken)
    {
        SnapshotInfo? newest = null;
        await foreach (SnapshotInfo snapshot in _connection.Snapshots.ListAsync(new SnapshotQuery { Repository = _name, Latest = true }, cancellationToken))
        {
            newest = snapshot;
        }

        var request = new RestoreRequest
        {
            Snapshot = new SnapshotReference(_name, newest!.Id),
            Selections = [new RestoreSelection("", "")],
            Destination = destination,
        };
        return await MeasureAsync(() => _connection.Items.StartRestoreAsync(request, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Measurement> CheckAsync(CancellationToken cancellationToken) =>
        MeasureAsync(() => _connection.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = _name, ReadData = true }, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task ForgetAsync(int count, CancellationToken cancellationToken)
    {
        List<string> oldest = [];
        await foreach (SnapshotInfo snapshot in _connection.Snapshots.ListAsync(new SnapshotQuery { Repository = _name }, cancellationToken))
        {
            oldest.Add(snapshot.Id);
        }

        foreach (string id in oldest.Take(count))
        {
            await _connection.Snapshots.RemoveAsync(new SnapshotReference(_name, id), cancellationToken);
        }
    }

    /// <summary>One run: without a grace, what leaves the index loses its files, too. Nothing is verified, since a prune of restic reads no data back either.</summary>
    public Task<Measurement> PruneAsync(CancellationToken cancellationToken) =>
        MeasureAsync(() => _connection.Repositories.StartOptimizeAsync(new OptimizeRepositoryRequest { Name = _name, NoVerify = true }, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (_connection)
        {
            try
            {
                using var limit = new CancellationTokenSource(s_answerTime);
                await _connection.ServerInfo.StopAsync(new StopServerRequest { Force = true }, limit.Token);
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (Exception exception) when (exception is HandyBackupException or OperationCanceledException)
            {
                // It has ended already, or hangs; either way it is ended below.
            }
        }

        await EndAsync(_process);
    }

    private async Task MakeTaskAsync(string source, CancellationToken cancellationToken)
    {
        await foreach (TaskInfo _ in _connection.Tasks.ListAsync(new TaskQuery { Name = _name }, cancellationToken))
        {
            return;
        }

        var definition = new TaskDefinition { Name = _name, Agent = "", Repository = _name, Selection = new SourceSelection { Source = "Files", Paths = [source] } };
        await _connection.Tasks.CreateAsync(new CreateTaskRequest { Definition = definition }, cancellationToken);
    }

    private async Task<Measurement> MeasureAsync(Func<Task<Run>> startRun, CancellationToken cancellationToken)
    {
        ProcessFigures.ResetPeakMemory(_process.Id);
        TimeSpan processorBefore = ProcessFigures.ProcessorTime(_process.Id);
        long started = Stopwatch.GetTimestamp();
        Run run = await startRun();
        await foreach (Run state in _connection.Runs.WatchAsync(new RunReference(run.Id), cancellationToken))
        {
            run = state;
        }

        var figures = new Measurement(
            Stopwatch.GetElapsedTime(started),
            ProcessFigures.ProcessorTime(_process.Id) - processorBefore,
            ProcessFigures.PeakMemory(_process.Id));
        return run.State == RunState.Completed ? figures : throw new BenchmarkException($"The {run.Kind} run ended as {run.State} with {run.Warnings} warnings. {run.Error?.Message}");
    }

    private static async Task<PanelConnection> ConnectAsync(Process process, string dataPath, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_answerTime);
        while (true)
        {
            try
            {
                return await PanelConnection.ConnectLocalAsync(dataPath, s_answerTime, limit.Token);
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.ServerNotRunning)
            {
                if (process.HasExited)
                {
                    throw new BenchmarkException($"The server ended with exit code {process.ExitCode} before it answered.");
                }

                await Task.Delay(s_betweenAttempts, limit.Token);
            }
        }
    }

    // As it ships: 'build.ps1 Bench' publishes it, compiled ahead for this machine.
    private static string FindServer()
    {
        string path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "bench", "server", "hb-server"));
        return File.Exists(path) ? path : throw new BenchmarkException($"'{path}' does not exist: 'build.ps1 Bench' makes it.");
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }
}
