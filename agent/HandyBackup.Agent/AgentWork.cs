using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Memory;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent;

/// <summary>The work of an agent: it keeps itself connected.</summary>
internal sealed class AgentWork(AgentHome home, AgentSettings settings) : IAgentWork
{
    /// <inheritdoc/>
    public async Task RunAsync(ILoggerFactory loggerFactory, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        var signal = new ReconnectSignal();
        using var addresses = new AddressWatch(signal);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watches = Task.WhenAll(new SleepWatch(time, signal).RunAsync(watching.Token), new IdleWatch(time).RunAsync(watching.Token));
        try
        {
            await AgentComposition.CreateKeeper(home, settings, signal, time, loggerFactory).RunAsync(stop);
        }
        finally
        {
            await watching.CancelAsync();
            await watches;
        }
    }
}
