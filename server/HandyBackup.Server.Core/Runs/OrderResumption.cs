using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// Gives an agent its order, and gives it again when the connection broke and the agent has come back: what had arrived is found by its id and is not sent again.
/// Safe to share between threads.
/// </summary>
internal sealed class OrderResumption(AgentDirectory agents, TimeSpan returnLimit, TimeProvider time)
{
    // An order that makes its agent fall over each time must end some day; nobody loses a line so often in one run.
    private const int MaximumLosses = 50;

    // The call may fail a moment before the connection is known to have ended.
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(5);

    /// <summary>Gives the order until it ends with the agent's answer.</summary>
    /// <param name="agent">The agent, as it was when the run was asked for.</param>
    /// <param name="run">The run, whose log says when it waits.</param>
    /// <param name="order">Gives the order over one connection.</param>
    /// <param name="cancellationToken">Stops the order, or the waiting.</param>
    /// <exception cref="HandyBackupException">What the order ended with; <see cref="ErrorCode.AgentOffline"/> if the agent did not come back in time,
    /// <see cref="ErrorCode.AgentSuspended"/> or <see cref="ErrorCode.AgentNotFound"/> if it may not.</exception>
    public async Task<T> RunAsync<T>(ConnectedAgent agent, ActiveRun run, Func<IAgent, Task<T>> order, CancellationToken cancellationToken)
    {
        for (int losses = 1; ; losses++)
        {
            try
            {
                return await order(agent.Agent);
            }
            catch (HandyBackupException exception) when (exception is { Code: ErrorCode.ConnectionLost, IsTransient: true } && !agent.IsEmbedded && losses < MaximumLosses)
            {
                if (!await HasEndedAsync(agent, cancellationToken))
                {
                    throw;
                }
            }

            string name = agent.Description.Name;
            await run.LogAsync(RunLogLevel.Information, ErrorCode.ConnectionLost, $"The connection to the agent '{name}' was lost; the run waits {returnLimit} for it.", cancellationToken);
            agent = await agents.WaitForReturnAsync(agent, returnLimit, cancellationToken);
            await run.LogAsync(RunLogLevel.Information, null, $"The agent '{name}' is connected again, and the run goes on.", cancellationToken);
        }
    }

    // An agent may report a lost connection of its own, to a database for instance: that is the order's end, not ours.
    private async Task<bool> HasEndedAsync(ConnectedAgent agent, CancellationToken cancellationToken)
    {
        await agent.Ended.WaitAsync(s_endLimit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return agent.Ended.IsCompleted;
    }
}
