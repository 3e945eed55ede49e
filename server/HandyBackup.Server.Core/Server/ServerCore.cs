using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// A server without its connections: catalog, key, repositories, runs and the services that panels call. The services may be used from several
/// threads at once, after <see cref="StartAsync"/> and until <see cref="DisposeAsync"/>.
/// </summary>
public sealed class ServerCore : IAsyncDisposable
{
    private const string CatalogFile = "catalog.db";
    private const string KeyFile = "server.key";
    private const string IndexCacheFolder = "index-cache";

    private readonly ServerCoreOptions _options;
    private readonly ILogger _logger;
    private SqliteCatalog? _catalog;
    private SecretSealer? _sealer;
    private OpenRepositories? _repositories;
    private IdleWatch? _idle;
    private RunEngine? _engine;
    private Services? _services;

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

    private Services Started => _services ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>Opens catalog and key, makes what is missing, and ends runs that the last server left as interrupted. Call it once.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.DataPathUnusable"/>, <see cref="ErrorCode.CatalogNewer"/>,
    /// <see cref="ErrorCode.CatalogDamaged"/> or <see cref="ErrorCode.ServerKeyUnusable"/>. The object must be disposed all the same.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        CreateDataPath();
        _catalog = await SqliteCatalog.OpenAsync(Path.Join(_options.DataPath, CatalogFile), cancellationToken);
        _sealer = await ServerKey.OpenAsync(Path.Join(_options.DataPath, KeyFile), _catalog, cancellationToken);
        int interrupted = await _catalog.Runs.InterruptAsync(RunEngine.Interruption(null), _options.Time.GetUtcNow(), cancellationToken);
        if (interrupted > 0)
        {
            ServerLog.RunsInterrupted(_logger, interrupted);
        }

        _repositories = new OpenRepositories(_options.OpenStore, _options.Buffers, _sealer, Path.Join(_options.DataPath, IndexCacheFolder), _options.Time, _logger);
        _idle = new IdleWatch(_options.WhenIdle, _options.Time);
        _engine = new RunEngine(_catalog, _options.RunLimits, _options.StopLimit, _idle, _options.Time, _logger);
        var agents = new AgentDirectory(_catalog, _options.Time);
        if (_options.EmbeddedAgent is { } agent)
        {
            await agents.RegisterAsync(agent, isEmbedded: true, cancellationToken);
        }

        _services = Compose(_catalog, _sealer, _repositories, _engine, agents);
        ServerLog.Started(_logger, ProductVersion.Current, _options.DataPath);
    }

    /// <summary>Stops the runs, waits for them within the limit, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _idle?.Dispose();

        if (_repositories is not null)
        {
            await _repositories.DisposeAsync();
        }

        _sealer?.Dispose();
        if (_catalog is not null)
        {
            await _catalog.DisposeAsync();
            ServerLog.Stopped(_logger);
        }
    }

    private Services Compose(ICatalog catalog, SecretSealer sealer, OpenRepositories repositories, RunEngine engine, AgentDirectory agents)
    {
        TimeProvider time = _options.Time;
        TimeSpan wait = _options.LockWait;
        var directory = new RepositoryDirectory(catalog);
        var tasks = new TaskDirectory(catalog);
        var options = new TaskOptions(sealer);
        var snapshots = new SnapshotDirectory(directory, repositories);
        var check = new CheckWork(catalog, repositories, directory, time);
        return new Services(
            new ServerInfoService(catalog, agents, engine, _options.DataPath, time.GetUtcNow(), _options.RequestStop),
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
            new TaskService(catalog, tasks, directory, agents, options, engine, new BackupWork(catalog, repositories, options, wait, time, _logger), time, _logger),
            new RunService(catalog, engine),
            new AgentService(agents),
            new SnapshotService(catalog, directory, snapshots, repositories, engine, new CopyWork(repositories, wait), wait, _logger),
            new ItemService(
                snapshots,
                repositories,
                agents,
                new RestorePreparation(catalog, snapshots, repositories, agents, options),
                new RestoreWork(repositories, wait),
                engine,
                wait));
    }

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

    private sealed record Services(
        IServerInfo ServerInfo,
        IRepositories Repositories,
        ITasks Tasks,
        IRuns Runs,
        IAgents Agents,
        ISnapshots Snapshots,
        IItems Items);
}
