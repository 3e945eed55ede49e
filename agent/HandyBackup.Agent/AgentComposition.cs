using HandyBackup.Agent.Core;
using HandyBackup.Agent.Core.Conditions;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Items;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Sources.Files;
using HandyBackup.Sources.PostgreSql;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Agent;

/// <summary>The composition root: the one place that knows every part by its concrete type.</summary>
internal static class AgentComposition
{
    // Every kind of source that this program offers, by name; there is no scanning.
    private static ISourceFactory[] Sources => [new FilesSourceFactory(), new PostgreSqlSourceFactory()];

    /// <summary>An agent for who sits at this machine: it has all sources, and asks no server.</summary>
    public static AgentHost CreateLocal() => new(Registry(AgentKind.Server), Environment.MachineName, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>What keeps the agent of a data folder connected.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotEnrolled"/>.</exception>
    public static ConnectionKeeper CreateKeeper(AgentHome home, AgentSettings settings, ReconnectSignal signal, TimeProvider time, ILoggerFactory loggerFactory)
    {
        var credential = new CredentialFile(home, CredentialFile.SystemProtection);
        if (settings.Server.Length == 0)
        {
            credential.Read().Dispose();
            throw new HandyBackupException(ErrorCode.AgentSettingsInvalid, $"The settings '{home.SettingsFile}' do not say which server this agent belongs to.")
            {
                Target = home.SettingsFile,
                Advice = "Add \"server\": \"host:port\".",
            };
        }

        return new ConnectionKeeper(new ConnectionKeeperParts
        {
            Server = ServerAddress.Parse(settings.Server),
            Door = OpenDoor(settings.Bandwidth, time, loggerFactory),
            Credential = credential,
            CreateAgent = kind => CreateAgent(kind, home, settings, time, loggerFactory),
            LastKind = AgentStatusFile.Read(home)?.Kind ?? AgentKind.Workstation,
            Report = report => AgentStatusFile.Write(home, report),
            Signal = signal,
            Time = time,
            Logger = loggerFactory.CreateLogger<ConnectionKeeper>(),
        });
    }

    /// <summary>The way to servers for who needs no limits: an enrolment is a few kilobytes.</summary>
    public static IServerDoor OpenDoor(TimeProvider time) => OpenDoor([], time, NullLoggerFactory.Instance);

    private static TlsServerDoor OpenDoor(IReadOnlyList<string> bandwidth, TimeProvider time, ILoggerFactory loggerFactory) =>
        new(BandwidthSchedule.Parse(bandwidth), time, loggerFactory.CreateLogger<TlsServerDoor>());

    private static IAgent CreateAgent(AgentKind kind, AgentHome home, AgentSettings settings, TimeProvider time, ILoggerFactory loggerFactory)
    {
        string name = settings.Name.Length > 0 ? settings.Name : Environment.MachineName;
        IAgent agent = new AgentHost(Registry(kind), name, time, loggerFactory, home.StateFolder, [home.Path]);
        agent = settings.ReadOnly ? new ReadOnlyAgent(agent) : agent;
        return SystemMachine.Find(time) is { } machine ? new GatedAgent(agent, new BackupGate(settings.Conditions, machine, home, time)) : agent;
    }

    private static SourceRegistry Registry(AgentKind kind) => new(Sources.Where(source => kind == AgentKind.Server || !source.NeedsServerAgent));
}
