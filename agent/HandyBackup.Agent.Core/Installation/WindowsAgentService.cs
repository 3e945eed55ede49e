using System.ComponentModel;
using System.Runtime.Versioning;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>The agent as a Windows service of the system account. It starts after the services that start with the machine, and again when it fails.</summary>
/// <param name="time">The clock.</param>
[SupportedOSPlatform("windows")]
public sealed class WindowsAgentService(TimeProvider time) : IAgentService
{
    private const string Name = SystemAgentService.WindowsName;
    private const string DisplayName = "Handy Backup Agent";
    private const string Description = "Backs up this machine to its Handy Backup server, and restores from it.";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public void Verify() => Try(() =>
    {
        using var services = ServiceList.Open();
        return true;
    });

    /// <inheritdoc/>
    public bool IsRegistered => Try(() =>
    {
        using var services = ServiceList.Open();
        using ServiceHandle? service = services.Find(Name);
        return service is not null;
    });

    /// <inheritdoc/>
    public Func<Task> Remember()
    {
        // Of a service that there is, registering it anew sets what every version sets.
        bool wasRegistered = IsRegistered;
        return () => wasRegistered ? Task.CompletedTask : UnregisterAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task RegisterAsync(AgentPlaces places, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Try(() =>
        {
            using var services = ServiceList.Open();
            string command = $"\"{places.Executable}\" run --data-path \"{places.Data}\"";
            using ServiceHandle service = services.Find(Name) is { } existing ? existing.SetCommand(command) : services.Create(Name, DisplayName, command);
            service.Describe(Description);
            service.DelayStart();
            service.RestartOnFailure(TimeSpan.FromSeconds(10));
            return Task.CompletedTask;
        });
    }

    /// <inheritdoc/>
    public Task UnregisterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Try(() =>
        {
            using var services = ServiceList.Open();
            using ServiceHandle? service = services.Find(Name);
            service?.Delete();
            return Task.CompletedTask;
        });
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => ReachAsync(ServiceHandle.Running, service => service.Start(), cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => IsRegistered
        ? ReachAsync(ServiceHandle.Stopped, service => service.Stop(), cancellationToken)
        : Task.CompletedTask;

    private async Task ReachAsync(int wanted, Action<ServiceHandle> order, CancellationToken cancellationToken)
    {
        using ServiceHandle service = Try(() =>
        {
            using var services = ServiceList.Open();
            return services.Find(Name) ?? throw new Win32Exception(ServiceList.NoSuchService);
        });
        long began = time.GetTimestamp();
        if (Try(() => service.State) != wanted)
        {
            Try(() =>
            {
                order(service);
                return true;
            });
        }

        while (Try(() => service.State) is int state && state != wanted)
        {
            // One that ends while it should start will not come back by itself before the limit.
            if (time.GetElapsedTime(began) > s_limit || (wanted == ServiceHandle.Running && state == ServiceHandle.Stopped))
            {
                throw Failed($"it is in state {state} and should be in {wanted}.", cause: null);
            }

            await Task.Delay(s_look, time, cancellationToken);
        }
    }

    private static T Try<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Win32Exception exception)
        {
            throw Failed(exception.Message, exception);
        }
    }

    private static HandyBackupException Failed(string reason, Exception? cause) =>
        new(ErrorCode.AgentServiceFailed, $"The service {Name} cannot be controlled: {reason}", cause)
        {
            Target = Name,
            Advice = "Run the command as administrator, and see the event log (Application) for what the agent said.",
        };
}
