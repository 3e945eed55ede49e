using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Memory;
using HandyBackup.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent;

/// <summary>The agent as the host runs it: keeps it connected until the host stops.</summary>
internal sealed class AgentWorker(AgentHome home, AgentSettings settings, IHostApplicationLifetime lifetime, ILoggerFactory loggerFactory) : BackgroundService
{
    /// <summary>Why the agent could not go on; null if it ended because it was told to.</summary>
    public HandyBackupException? Failure { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeProvider time = TimeProvider.System;
        var signal = new ReconnectSignal();
        using var addresses = new AddressWatch(signal);
        var watches = Task.WhenAll(new SleepWatch(time, signal).RunAsync(stoppingToken), new IdleWatch(time).RunAsync(stoppingToken));
        try
        {
            await AgentComposition.CreateKeeper(home, settings, signal, time, loggerFactory).RunAsync(stoppingToken);
        }
        catch (HandyBackupException exception)
        {
            Failure = exception;
            lifetime.StopApplication();
        }

        await watches;
    }
}
