using HandyBackup.Agent.Core;
using HandyBackup.Agent.Core.Memory;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Rpc;
using HandyBackup.Server.Core;
using HandyBackup.Server.Hosting;
using HandyBackup.Server.Network;
using HandyBackup.Sources;
using HandyBackup.Sources.Files;
using HandyBackup.Sources.PostgreSql;
using HandyBackup.Stores;

namespace HandyBackup.Server;

/// <summary>The composition root: the one place that knows every part by its concrete type.</summary>
public sealed class ServerComposition : IPanelBackend
{
    private const string AgentStateFolder = "agent-state";

    private readonly ServerCore _core;

    private ServerComposition(ServerCore core) => _core = core;

    /// <inheritdoc/>
    public PanelSeat Receive(PanelOrigin origin) => _core.Receive(origin);

    /// <inheritdoc/>
    public FleetDoor? FleetDoor => _core.FleetDoor;

    // Every kind of source that this program offers, by name; there is no scanning.
    private static ISourceFactory[] Sources => [new FilesSourceFactory(), new PostgreSqlSourceFactory()];

    /// <summary>Builds a server from its parts and starts it.</summary>
    public static async Task<IPanelBackend> StartAsync(BackendContext context, CancellationToken cancellationToken)
    {
        TimeProvider time = context.TimeProvider;
        string dataPath = context.Arguments.DataPath;
        IReadOnlyList<ListenAddress> listen = context.Arguments.Listen;
        var core = new ServerCore(new ServerCoreOptions
        {
            DataPath = dataPath,
            Time = time,
            LoggerFactory = context.LoggerFactory,
            EmbeddedAgent = context.Arguments.Standalone
                ? new AgentHost(new SourceRegistry(Sources), Environment.MachineName, time, context.LoggerFactory, Path.Join(dataPath, AgentStateFolder), [dataPath])
                : null,
            OpenStore = folder => new RetryStore(new LocalStore(folder, time), new RetryPolicy(), time),
            RequestStop = context.Stop,
            StartOptions = context.Arguments.Options,
            ServesNetwork = listen.Count > 0,
            Names = [.. context.Arguments.Names, .. listen.Where(listening => listening.IsOne).Select(listening => listening.Address!.ToString())],
            // The agent's too: what one has done with serves the other.
            Buffers = SlabMemoryPool.Shared,
            WhenIdle = static () => IdleMemory.ReleaseIfWorth(),
        });
        try
        {
            await core.StartAsync(cancellationToken);
            return new ServerComposition(core);
        }
        catch
        {
            await core.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _core.DisposeAsync();
}
