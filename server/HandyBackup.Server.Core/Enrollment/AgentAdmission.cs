using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>Which agents the server works with: an administrator approves, suspends, resumes and removes them. Safe to share between threads.</summary>
internal sealed class AgentAdmission(ICatalog catalog, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// An agent must be cut off now: it was suspended or removed, and the catalog says so already. Raised on the thread that did it; a listener returns soon and
    /// ends every connection of the agent. A listener that fails is logged and keeps no other from being told.
    /// </summary>
    public event Action<Guid>? CutOff;

    /// <summary>Lists all agents by name, those included that were never connected.</summary>
    public async IAsyncEnumerable<AgentIdentity> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (AgentIdentityRecord agent in catalog.AgentIdentities.ListAsync(cancellationToken))
        {
            yield return agent.Identity;
        }
    }

    /// <summary>Approves an agent that waits for it. One that is approved stays so.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, or <see cref="ErrorCode.AgentSuspended"/>: such an agent is resumed.</exception>
    public Task ApproveAsync(Guid id, CancellationToken cancellationToken) => ChangeAsync(id, AgentStatus.Pending, AgentStatus.Approved, "approved", cancellationToken);

    /// <summary>Cuts an approved agent off until it is resumed. One that is suspended stays so.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, <see cref="ErrorCode.AgentNotApproved"/>, or
    /// <see cref="ErrorCode.InvalidArgument"/> for the agent inside the server.</exception>
    public async Task SuspendAsync(Guid id, CancellationToken cancellationToken)
    {
        await RefuseEmbeddedAsync(id, "suspended", cancellationToken);
        await ChangeAsync(id, AgentStatus.Approved, AgentStatus.Suspended, "suspended", cancellationToken);
        RaiseCutOff(id);
    }

    /// <summary>Works with a suspended agent again. One that is approved stays so.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/> or <see cref="ErrorCode.AgentNotApproved"/>.</exception>
    public Task ResumeAsync(Guid id, CancellationToken cancellationToken) => ChangeAsync(id, AgentStatus.Suspended, AgentStatus.Approved, "resumed", cancellationToken);

    /// <summary>Removes an agent for good: its certificates are revoked, and it must enrol again to come back. Its runs and snapshots stay.</summary>
    /// <param name="id">The agent.</param>
    /// <param name="removeTasks">True to remove its tasks with it.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, <see cref="ErrorCode.AgentInUse"/> if tasks use it and are to stay, or
    /// <see cref="ErrorCode.InvalidArgument"/> for the agent inside the server.</exception>
    public async Task RemoveAsync(Guid id, bool removeTasks, CancellationToken cancellationToken)
    {
        AgentIdentity agent = await RefuseEmbeddedAsync(id, "removed", cancellationToken);
        if (!await catalog.AgentIdentities.RemoveAsync(id, removeTasks, time.GetUtcNow(), cancellationToken))
        {
            throw NotFound(id);
        }

        ServerLog.AgentChanged(logger, agent.Name, id, "removed");
        RaiseCutOff(id);
    }

    private static HandyBackupException NotFound(Guid id) => new(ErrorCode.AgentNotFound, $"No agent {id} is known.") { Target = id.ToString() };

    private async Task<AgentIdentity> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await catalog.AgentIdentities.FindAsync(id, cancellationToken))?.Identity ?? throw NotFound(id);

    private async Task<AgentIdentity> RefuseEmbeddedAsync(Guid id, string change, CancellationToken cancellationToken)
    {
        AgentIdentity agent = await FindAsync(id, cancellationToken);
        return !agent.IsEmbedded
            ? agent
            : throw new HandyBackupException(ErrorCode.InvalidArgument, $"The agent '{agent.Name}' is part of the server and cannot be {change}.") { Target = agent.Name };
    }

    // Nothing that could fail or be stopped follows the change: whoever suspends must get to raise the event.
    private async Task ChangeAsync(Guid id, AgentStatus from, AgentStatus to, string change, CancellationToken cancellationToken)
    {
        AgentIdentity agent = await FindAsync(id, cancellationToken);
        if (await catalog.AgentIdentities.ChangeStatusAsync(id, from, to, cancellationToken))
        {
            ServerLog.AgentChanged(logger, agent.Name, id, change);
            return;
        }

        AgentStatus status = (await FindAsync(id, cancellationToken)).Status;
        if (status != to)
        {
            throw status == AgentStatus.Pending
                ? new HandyBackupException(ErrorCode.AgentNotApproved, $"The agent '{agent.Name}' cannot be {change}: it was not approved yet.") { Target = agent.Name, Advice = "Approve it, or remove it." }
                : new HandyBackupException(ErrorCode.AgentSuspended, $"The agent '{agent.Name}' cannot be {change}: it is suspended.") { Target = agent.Name, Advice = "Resume it, or remove it." };
        }
    }

    private void RaiseCutOff(Guid id)
    {
        foreach (Action<Guid> listener in Delegate.EnumerateInvocationList(CutOff))
        {
            try
            {
                listener(id);
            }
            catch (Exception exception)
            {
                ServerLog.CutOffFailed(logger, id, exception);
            }
        }
    }
}
