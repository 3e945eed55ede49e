using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

/// <summary>A whole server on temporary folders, with a scripted agent and real repositories.</summary>
public abstract class ServerHarness : IAsyncLifetime
{
    protected const string Password = "correct horse battery staple";

    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    protected ServerHarness() => _limit.CancelAfter(TimeSpan.FromSeconds(60));

    protected CancellationToken Token => _limit.Token;

    protected FakeAgent Agent { get; } = new();

    protected RecordingLoggerFactory Log { get; } = new();

    /// <summary>The server's clock.</summary>
    protected AheadTimeProvider Time { get; } = new();

    protected ServerCore Server { get; set; } = null!;

    protected string DataPath => _folder.Combine("data");

    /// <summary>The stores that were opened, by path: tests script their faults.</summary>
    protected ConcurrentDictionary<string, FaultyStore> Stores { get; } = new();

    protected int StopRequests { get; private set; }

    /// <summary>What a request to stop does, besides that it is counted.</summary>
    protected Action OnStopRequest { get; set; } = () => { };

    /// <summary>Ends when the server says that its last run has ended.</summary>
    protected SemaphoreSlim Idle { get; } = new(0);

    public virtual async ValueTask InitializeAsync() => Server = await StartServerAsync();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _limit.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Folder(string name) => _folder.Combine(name);

    protected async Task<ServerCore> StartServerAsync(RunLimits? limits = null, string? dataPath = null)
    {
        var server = new ServerCore(new ServerCoreOptions
        {
            DataPath = dataPath ?? DataPath,
            Time = Time,
            LoggerFactory = Log,
            EmbeddedAgent = Agent,
            PasswordCost = new PasswordCost(1, 8192),
            BackupCost = new PasswordCost(1, 8192),
            StartOptions = ["--listen", "*"],
            OpenStore = path => Stores.GetOrAdd(path, static folder => new FaultyStore(new LocalStore(folder, TimeProvider.System))),
            RequestStop = () =>
            {
                StopRequests++;
                OnStopRequest();
            },
            WhenIdle = () => Idle.Release(),
            RunLimits = limits ?? new RunLimits(),
            StopLimit = TimeSpan.FromSeconds(5),
            LockWait = TimeSpan.Zero,
            ScryptCost = new ScryptCost(2, 1, 1),
        });
        try
        {
            await server.StartAsync(Token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    protected async Task RestartAsync()
    {
        await Server.DisposeAsync();
        Server = await StartServerAsync();
    }

    protected Task<RepositoryInfo> CreateRepositoryAsync(string name = "main", string? folder = null) =>
        Server.Repositories.CreateAsync(
            new CreateRepositoryRequest { Name = name, Path = Folder(folder ?? name), Password = new Secret { Value = Password } }, Token);

    protected Task<TaskInfo> CreateTaskAsync(string name = "docs", string repository = "main", params IReadOnlyList<string> tags) =>
        Server.Tasks.CreateAsync(new CreateTaskRequest { Definition = Definition(name, repository) with { Tags = tags } }, Token);

    protected static TaskDefinition Definition(string name = "docs", string repository = "main") => new()
    {
        Name = name,
        Agent = "",
        Repository = repository,
        Selection = new SourceSelection { Source = "files", Paths = ["/data"] },
    };

    protected async Task<Run> StartAsync(string task = "docs") => (await Server.Tasks.StartAsync(new StartTaskRequest { Name = task }, Token)).Runs.Single();

    protected async Task<Run> WaitAsync(Run run) => await Server.Runs.WatchAsync(new RunReference(run.Id), Token).LastAsync(Token);

    protected async Task<Run> RunTaskAsync(string task = "docs") => await WaitAsync(await StartAsync(task));

    /// <summary>Runs the task and expects a snapshot.</summary>
    protected async Task<SnapshotReference> BackUpAsync(string task = "docs")
    {
        Run run = await RunTaskAsync(task);
        Assert.True(run.State == RunState.Completed, $"{run.State}: {run.Error}");
        return new SnapshotReference(run.Repository, run.SnapshotId!);
    }

    protected async Task<List<RunLogEntry>> LogOfAsync(Run run) => await Server.Runs.GetLogAsync(new RunLogQuery { RunId = run.Id }, Token).ToListAsync(Token);

    protected static async Task<HandyBackupException> FailsAsync(ErrorCode code, Func<Task> action)
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(action);
        Assert.True(exception.Code == code, $"Expected {code}: {exception}");
        return exception;
    }
}
