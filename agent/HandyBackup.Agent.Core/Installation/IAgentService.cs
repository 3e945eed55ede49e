using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>The agent as a service of the operating system: there is one on a machine. One caller at a time. Errors are <see cref="ErrorCode.AgentServiceFailed"/>.</summary>
public interface IAgentService
{
    /// <summary>Makes sure that services can be changed here, before anything is changed.</summary>
    /// <exception cref="HandyBackupException">They cannot: there is no such system, or the account lacks the right.</exception>
    void Verify();

    /// <summary>True if the system knows the service.</summary>
    bool IsRegistered { get; }

    /// <summary>Remembers how the service is registered now, for when <see cref="RegisterAsync"/> fails or was in vain.</summary>
    /// <returns>Puts that back, whatever was registered or half registered meanwhile; where nothing was, the system forgets the service. It must not run then.</returns>
    /// <exception cref="HandyBackupException">What is registered cannot be read.</exception>
    Func<Task> Remember();

    /// <summary>Makes the system start the agent with the machine and again when it fails; replaces what was registered before.</summary>
    /// <exception cref="HandyBackupException">The system refused; half of it may be done.</exception>
    Task RegisterAsync(AgentPlaces places, CancellationToken cancellationToken);

    /// <summary>Has the system forget the service, which must not run. Nothing happens if it knows none.</summary>
    /// <exception cref="HandyBackupException">The system refused.</exception>
    Task UnregisterAsync(CancellationToken cancellationToken);

    /// <summary>Starts the service; returns when the agent says that it runs. Nothing happens if it runs already.</summary>
    /// <exception cref="HandyBackupException">It did not start.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops the service; returns when it has ended. Nothing happens if it does not run or is not registered.</summary>
    /// <exception cref="HandyBackupException">It did not stop.</exception>
    Task StopAsync(CancellationToken cancellationToken);
}
