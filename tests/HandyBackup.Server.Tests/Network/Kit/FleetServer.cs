using System.Net;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Server.Core;
using HandyBackup.Server.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Stores;
using HandyBackup.Testing;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>A real server, with real repositories, that listens on loopback with real TLS; only the process is missing.</summary>
internal sealed class FleetServer : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly CancellationTokenSource _stop = new();
    private NetworkListener? _listener;

    private FleetServer(ServerCore core) => Core = core;

    public ServerCore Core { get; }

    public NetworkDoor Door { get; private set; } = null!;

    public IPEndPoint EndPoint => _listener!.EndPoints[0];

    public ServerAddress Address => new("localhost", EndPoint.Port);

    /// <summary>Starts a server on a data path.</summary>
    public static async Task<FleetServer> StartAsync(string dataPath, FleetServerOptions? options = null)
    {
        options ??= new FleetServerOptions();
        var core = new ServerCore(new ServerCoreOptions
        {
            DataPath = dataPath,
            Time = options.Time,
            LoggerFactory = options.Log,
            OpenStore = folder => new LocalStore(folder, TimeProvider.System),
            RequestStop = static () => { },
            ServesNetwork = true,
            AgentReturnLimit = options.ReturnLimit,
            ScryptCost = new ScryptCost(2, 1, 1),
            PasswordCost = new PasswordCost(1, 8192),
        });
        var server = new FleetServer(core);
        try
        {
            await core.StartAsync(TestTimeout.Token);
            server.Listen(options);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<string> CreateTokenAsync(NewEnrollmentTokenRequest? request = null) =>
        (await Core.EnrollmentTokens.CreateAsync(request ?? new NewEnrollmentTokenRequest(), TestTimeout.Token)).Token.Value;

    public Task<RepositoryInfo> CreateRepositoryAsync(string folder) => Core.Repositories.CreateAsync(
        new CreateRepositoryRequest { Name = "main", Path = folder, Password = new Secret { Value = Password } }, TestTimeout.Token);

    public Task<TaskInfo> CreateTaskAsync(string agent, string path, string source = "Files", string task = "docs") => Core.Tasks.CreateAsync(
        new CreateTaskRequest
        {
            Definition = new TaskDefinition
            {
                Name = task,
                Agent = agent,
                Repository = "main",
                Selection = new SourceSelection { Source = source, Paths = [path] },
            },
        },
        TestTimeout.Token);

    /// <summary>Asks an agent for live items, as an example of what needs it now.</summary>
    public async Task ListFilesAsync(string agent)
    {
        await foreach (Item item in Core.Items.ListAsync(new ItemQuery { Agent = agent, Path = "/" }, TestTimeout.Token))
        {
            Assert.NotEmpty(item.Name);
        }
    }

    public async Task<Run> StartTaskAsync() => Assert.Single((await Core.Tasks.StartAsync(new StartTaskRequest { Name = "docs" }, TestTimeout.Token)).Runs);

    public async Task<Run> WaitAsync(Run run)
    {
        Run last = run;
        await foreach (Run state in Core.Runs.WatchAsync(new RunReference(run.Id), TestTimeout.Long))
        {
            last = state;
        }

        return last;
    }

    public async Task<List<RunLogEntry>> LogOfAsync(Run run)
    {
        var lines = new List<RunLogEntry>();
        await foreach (RunLogEntry line in Core.Runs.GetLogAsync(new RunLogQuery { RunId = run.Id }, TestTimeout.Token))
        {
            lines.Add(line);
        }

        return lines;
    }

    public async Task<AgentInfo> GetAgentAsync(string name)
    {
        await foreach (AgentInfo agent in Core.Agents.ListAsync(new AgentQuery { Name = name }, TestTimeout.Token))
        {
            return agent;
        }

        throw new InvalidOperationException($"The server does not list '{name}'.");
    }

    /// <summary>Waits until the server says that an agent is connected, or is not.</summary>
    public async Task WaitUntilAsync(string agent, bool isOnline)
    {
        CancellationToken limit = TestTimeout.Token;
        while ((await GetAgentAsync(agent)).IsOnline != isOnline)
        {
            await Task.Delay(5, limit);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.UnbindAsync();
        }

        await Core.DisposeAsync();
        await _stop.CancelAsync();
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        _stop.Dispose();
    }

    private void Listen(FleetServerOptions options)
    {
        ILogger logger = options.Log.CreateLogger("Network");
        Door = new NetworkDoor(Core.FleetDoor!, Core.Receive, options.Limits, TimeProvider.System, logger, _stop.Token);
        _listener = NetworkListener.Start([new ListenAddress(IPAddress.Loopback, options.Port)], Door.ServeAsync, logger);
    }
}

/// <summary>How a <see cref="FleetServer"/> differs from the usual.</summary>
internal sealed record FleetServerOptions
{
    /// <summary>0 for one that is free.</summary>
    public int Port { get; init; }

    public NetworkLimits Limits { get; init; } = new();

    public TimeSpan ReturnLimit { get; init; } = TimeSpan.FromMinutes(5);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public RecordingLoggerFactory Log { get; init; } = new();
}
