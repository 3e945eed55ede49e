using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// A server without its connections: catalog, key, repositories, runs and the services that panels call. The services may be used from several
/// threads at once, after <see cref="StartAsync"/> and until <see cref="DisposeAsync"/>.
/// </summary>
public sealed class ServerCore : IAsyncDisposable
{
    private readonly ServerCoreOptions _options;
    private readonly ILogger _logger;
    private SqliteCatalog? _catalog;
    private SecretSealer? _sealer;
    private OpenRepositories? _repositories;
    private IdleWatch? _idle;
    private RunEngine? _engine;
    private MachineRefusals? _refusals;
    private Fleet? _fleet;
    private PanelReception.Offer? _services;
    private PanelReception? _reception;

    /// <summary>Touches nothing yet.</summary>
    public ServerCore(ServerCoreOptions options)
    {
        _options = options;
        _logger = options.LoggerFactory.CreateLogger<ServerCore>();
    }

    /// <summary>The server itself.</summary>
    public IServerInfo ServerInfo => Started.ServerInfo;

    /// <summary>The repositories.</summary>
    public IRepositories Repositories => Started.Repositories;

    /// <summary>The tasks.</summary>
    public ITasks Tasks => Started.Tasks;

    /// <summary>The runs.</summary>
    public IRuns Runs => Started.Runs;

    /// <summary>The agents.</summary>
    public IAgents Agents => Started.Agents;

    /// <summary>The snapshots.</summary>
    public ISnapshots Snapshots => Started.Snapshots;

    /// <summary>The items.</summary>
    public IItems Items => Started.Items;

    /// <summary>The tokens with which machines become agents.</summary>
    public IEnrollmentTokens EnrollmentTokens => Started.EnrollmentTokens;

    /// <summary>The groups of agents.</summary>
    public IAgentGroups AgentGroups => Started.AgentGroups;

    /// <summary>How the server is set up.</summary>
    public ISettings Settings => Started.Settings;

    /// <summary>Serves connections from other machines; null unless <see cref="ServerCoreOptions.ServesNetwork"/>. To be used no more when the server is disposed of.</summary>
    public FleetDoor? FleetDoor { get; private set; }

    private PanelReception.Offer Started => _services ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>Receives a panel: what it may call from where it comes, and who judges each call. The properties above are for whoever needs no judging.</summary>
    public PanelSeat Receive(PanelOrigin origin) => (_reception ?? throw new InvalidOperationException("The server was not started.")).Receive(origin);

    /// <summary>Opens catalog and key, makes what is missing, and ends runs that the last server left as interrupted. Call it once.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.DataPathUnusable"/>, <see cref="ErrorCode.CatalogNewer"/>,
    /// <see cref="ErrorCode.CatalogDamaged"/> or <see cref="ErrorCode.ServerKeyUnusable"/>. The object must be disposed all the same.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        CreateDataPath();
        _catalog = await SqliteCatalog.OpenAsync(Path.Join(_options.DataPath, ServerFiles.Catalog), cancellationToken);
        _sealer = await ServerKey.OpenAsync(Path.Join(_options.DataPath, ServerFiles.Key), _catalog, cancellationToken);
        int interrupted = await _catalog.Runs.InterruptAsync(RunEngine.Interruption(null), _options.Time.GetUtcNow(), cancellationToken);
        if (interrupted > 0)
        {
            ServerLog.RunsInterrupted(_logger, interrupted);
        }

        _repositories = new OpenRepositories(_options.OpenStore, _options.Buffers, _sealer, Path.Join(_options.DataPath, ServerFiles.IndexCache), _options.Time, _logger);
        _idle = new IdleWatch(_options.WhenIdle, _options.Time);
        RunLimits limits = await new RunLimitSetting(_catalog).FindAsync(cancellationToken) ?? _options.RunLimits;
        _engine = new RunEngine(_catalog, limits, _options.StopLimit, _idle, _options.Time, _logger);
        var agents = new AgentDirectory(_catalog, _options.Time);
        if (_options.EmbeddedAgent is { } agent)
        {
            await agents.RegisterEmbeddedAsync(agent, cancellationToken);
        }

        _refusals = new MachineRefusals(new AuditTrail(_catalog, new AuditChain(_sealer), _options.Time), _options.Time, _logger);
        _fleet = new Fleet(_catalog, _sealer, agents, _options.Names, _options.Time, _logger);
        if (_options.ServesNetwork)
        {
            FleetDoor = new FleetDoor(await _fleet.OpenAsync(cancellationToken), agents, _refusals, _idle, _options.Time, _options.Buffers, _logger);
        }
        else
        {
            // A server that cannot open its authority does not start, whether it is needed today or not.
            await _fleet.OpenIfMadeAsync(cancellationToken);
        }

        var directory = new RepositoryDirectory(_catalog);
        var snapshots = new SnapshotDirectory(directory, _repositories);
        _services = Compose(_catalog, _sealer, _repositories, _engine, agents, directory, snapshots, _fleet, _refusals);
        _reception = new PanelReception(_catalog, _services, _fleet, directory, snapshots, _sealer, _options.PasswordCost, _options.Time);
        ServerLog.Started(_logger, ProductVersion.Current, _options.DataPath);
    }

    /// <summary>Stops the runs, waits for them within the limit, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        // After the runs, whose last words go over these connections.
        if (FleetDoor is not null)
        {
            await FleetDoor.EndAsync();
        }

        // The call that stops the server is one of them.
        if (_reception is not null)
        {
            await _reception.EndAsync();
        }

        _idle?.Dispose();

        if (_repositories is not null)
        {
            await _repositories.DisposeAsync();
        }

        _fleet?.Dispose();
        _sealer?.Dispose();
        if (_catalog is not null)
        {
            await _catalog.DisposeAsync();
            ServerLog.Stopped(_logger);
        }
    }

    private PanelReception.Offer Compose(
        SqliteCatalog catalog,
        SecretSealer sealer,
        OpenRepositories repositories,
        RunEngine engine,
        AgentDirectory agents,
        RepositoryDirectory directory,
        SnapshotDirectory snapshots,
        Fleet fleet,
        MachineRefusals refusals)
    {
        TimeProvider time = _options.Time;
        TimeSpan wait = _options.LockWait;
        var tasks = new TaskDirectory(catalog);
        var groups = new AgentGroupDirectory(catalog);
        var options = new TaskOptions(sealer);
        var orders = new OrderResumption(agents, _options.AgentReturnLimit, time);
        var admission = new AgentAdmission(catalog, time, _logger);
        admission.CutOff += agents.CutOff;
        var check = new CheckWork(catalog, repositories, directory, time);
        return new PanelReception.Offer(
            new ServerInfoService(catalog, agents, engine, fleet, CreateSaving(catalog, fleet), _options.DataPath, time.GetUtcNow(), _options.RequestStop),
            new RepositoryService(
                directory,
                new RepositoryRegistration(catalog, repositories, _options.OpenStore, sealer, _options.ScryptCost, time, _logger),
                new RepositoryChanges(catalog, directory, repositories, sealer, engine, wait, _logger),
                new RepositoryStatus(catalog, repositories),
                new RepositoryKeyring(repositories, wait),
                engine,
                check,
                new OptimizeWork(catalog, repositories, directory, check, wait),
                new RepairWork(repositories, wait)),
            new TaskService(
                catalog,
                tasks,
                directory,
                agents,
                groups,
                options,
                new TaskStart(tasks, directory, agents, groups, engine, new BackupWork(catalog, repositories, options, orders, refusals, wait, time, _logger)),
                engine,
                time,
                _logger),
            new RunService(catalog, engine),
            new AgentService(catalog, agents, admission),
            new SnapshotService(catalog, directory, snapshots, repositories, engine, new CopyWork(repositories, wait), wait, _logger),
            new ItemService(
                new LiveItems(agents),
                new StoredItems(snapshots, repositories, wait),
                repositories,
                new RestorePreparation(catalog, snapshots, repositories, agents, options),
                new RestoreWork(repositories, orders, refusals, wait),
                engine,
                refusals,
                wait),
            new EnrollmentTokenService(fleet),
            new AgentGroupService(catalog, groups, agents, time, _logger),
            new SettingsService(new RunLimitSetting(catalog), engine));
    }

    private ServerSaving CreateSaving(SqliteCatalog catalog, Fleet fleet) => new(
        catalog,
        new ServerKeyFile(Path.Join(_options.DataPath, ServerFiles.Key)),
        new ServerDescription(catalog, fleet, _options.DataPath, _options.StartOptions, _options.Time).ReadAsync,
        Path.Join(_options.DataPath, ServerFiles.Saving),
        _options.BackupCost);

    private void CreateDataPath()
    {
        string path = _options.DataPath;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            // Copies of the catalog, and of a key, that a saving or a restoration left behind which was torn off.
            new DataPathContent(path).RemoveStaging();
            if (Directory.Exists(Path.Join(path, ServerFiles.Saving)))
            {
                Directory.Delete(Path.Join(path, ServerFiles.Saving), recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HandyBackupException(ErrorCode.DataPathUnusable, $"The data path '{path}' cannot be used: {exception.Message}", exception)
            {
                Target = path,
                Advice = "Name a folder that the server's account may create, read and write.",
            };
        }
    }
}
