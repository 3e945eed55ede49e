using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Installation;

/// <summary>A system's service that writes down what it is told, and an agent that says what the test wants when it is started.</summary>
internal sealed class ScriptedService(AgentHome home) : IAgentService
{
    private int _registrations;

    public List<string> Calls { get; } = [];

    public bool IsRegistered => Registration is not null;

    /// <summary>What is registered: the number of the registration, as each version has its own.</summary>
    public int? Registration { get; private set; }

    public bool IsRunning { get; private set; }

    /// <summary>The call that fails.</summary>
    public string? Failing { get; set; }

    /// <summary>What agents say after their start, in order; the last goes on. Null says nothing.</summary>
    public Queue<AgentConnectionState?> Says { get; } = new([AgentConnectionState.Connected]);

    public ErrorInfo? Error { get; set; }

    public void Verify() => Call("verify");

    public Func<Task> Remember()
    {
        int? before = Registration;
        return () =>
        {
            Registration = before;
            return Task.CompletedTask;
        };
    }

    public Task RegisterAsync(AgentPlaces places, CancellationToken cancellationToken)
    {
        // Also where it fails: the system may know the service before all of its settings are made.
        Registration = ++_registrations;
        Call("register");
        return Task.CompletedTask;
    }

    public Task UnregisterAsync(CancellationToken cancellationToken)
    {
        Call("unregister");
        Registration = null;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Call("start");
        IsRunning = true;
        AgentConnectionState? state = Says.Count > 1 ? Says.Dequeue() : Says.Peek();
        if (state is { } said)
        {
            AgentStatusFile.Write(home, new AgentStatusReport { State = said, Since = DateTimeOffset.UnixEpoch, Server = "server.example:10680", ProcessId = 1, Version = "1", Kind = AgentKind.Workstation, Error = Error });
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Call("stop");
        IsRunning = false;
        return Task.CompletedTask;
    }

    private void Call(string name)
    {
        Calls.Add(name);
        if (Failing == name)
        {
            Failing = null;
            throw new HandyBackupException(ErrorCode.AgentServiceFailed, name + " failed");
        }
    }
}
