using System.Diagnostics;
using HandyBackup.Benchmarks.Measuring;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Benchmarks.Programs;

/// <summary>Our server as its own process with the agent in it, driven as a panel drives it. One process serves all measurements.</summary>
internal sealed class HandyBackupProgram : IBackupProgram
{
    private readonly ServerProcess _server;
    private readonly PanelConnection _connection;
    private string _name = "";

    private HandyBackupProgram(ServerProcess server)
    {
        _server = server;
        _connection = server.Connection;
    }

    /// <inheritdoc/>
    public string Name => "Handy Backup";

    /// <summary>Starts a server and connects to it.</summary>
    /// <param name="folder">Where its data path and temporary files go.</param>
    /// <param name="cancellationToken">Stops the waiting for it.</param>
    public static async Task<HandyBackupProgram> StartAsync(string folder, CancellationToken cancellationToken) =>
        new(await ServerProcess.StartAsync(folder, ["--standalone"], cancellationToken));

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
        return await MeasureAsync(async () => (await _connection.Tasks.StartAsync(new StartTaskRequest { Name = _name }, cancellationToken)).Runs[0], cancellationToken);
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
    public ValueTask DisposeAsync() => _server.DisposeAsync();

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
        ProcessFigures.ResetPeakMemory(_server.Id);
        TimeSpan processorBefore = ProcessFigures.ProcessorTime(_server.Id);
        long started = Stopwatch.GetTimestamp();
        Run run = await startRun();
        await foreach (Run state in _connection.Runs.WatchAsync(new RunReference(run.Id), cancellationToken))
        {
            run = state;
        }

        var figures = new Measurement(
            Stopwatch.GetElapsedTime(started),
            ProcessFigures.ProcessorTime(_server.Id) - processorBefore,
            ProcessFigures.PeakMemory(_server.Id));
        return run.State == RunState.Completed ? figures : throw new BenchmarkException($"The {run.Kind} run ended as {run.State} with {run.Warnings} warnings. {run.Error?.Message}");
    }
}
