using HandyBackup.Agent.Core;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Enrollment;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Sources.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>An agent as on a machine of its own, with its own key, folder and connection; only the process is shared with others.</summary>
internal sealed class SimulatedAgent
{
    private readonly AgentHome _home;
    private readonly CredentialFile _credential;
    private readonly IServerDoor _door;
    private readonly ServerAddress _server;

    /// <param name="name">Its name on the server.</param>
    /// <param name="folder">Its data folder.</param>
    /// <param name="server">The server.</param>
    /// <param name="door">The way to it.</param>
    public SimulatedAgent(string name, string folder, ServerAddress server, IServerDoor door)
    {
        Name = name;
        _home = new AgentHome(folder);
        _credential = new CredentialFile(_home, CredentialFile.SystemProtection);
        _server = server;
        _door = door;
    }

    /// <summary>Its name on the server.</summary>
    public string Name { get; }

    /// <summary>Makes it an agent of the server.</summary>
    public Task EnrollAsync(Secret token, CancellationToken cancellationToken)
    {
        _home.Prepare();
        return new AgentEnrollment(_door, _home, _credential).EnrollAsync(_server, token, Name, cancellationToken);
    }

    /// <summary>Stays connected, as the agent's service does, until the token is cancelled.</summary>
    public Task RunAsync(CancellationToken stop) => new ConnectionKeeper(new ConnectionKeeperParts
    {
        Server = _server,
        Door = _door,
        Credential = _credential,
        CreateAgent = _ => new AgentHost(new SourceRegistry([new FilesSourceFactory()]), Name, TimeProvider.System, NullLoggerFactory.Instance),
        Report = static _ => { },
        Signal = new ReconnectSignal(),
        Time = TimeProvider.System,
        Logger = NullLogger.Instance,
    }).RunAsync(stop);
}
