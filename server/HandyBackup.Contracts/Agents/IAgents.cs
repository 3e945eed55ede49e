using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>The machines that a server backs up.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IAgents : IDisposable
{
    /// <summary>Lists agents by name, those included that were never connected.</summary>
    [Requires(Permission.View, Narrowable = true)]
    IAsyncEnumerable<AgentInfo> ListAsync(AgentQuery query, CancellationToken cancellationToken);

    /// <summary>Approves an agent that waits for it. One that is approved stays so.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, or <see cref="ErrorCode.AgentSuspended"/>: such an agent is resumed.</exception>
    [Requires(Permission.ManageAgents)]
    Task<AgentInfo> ApproveAsync(AgentReference agent, CancellationToken cancellationToken);

    /// <summary>Cuts an approved agent off, at once, until it is resumed. One that is suspended stays so.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, <see cref="ErrorCode.AgentNotApproved"/>, or
    /// <see cref="ErrorCode.InvalidArgument"/> for the agent inside the server.</exception>
    [Requires(Permission.ManageAgents)]
    Task<AgentInfo> SuspendAsync(AgentReference agent, CancellationToken cancellationToken);

    /// <summary>Works with a suspended agent again. One that is approved stays so.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/> or <see cref="ErrorCode.AgentNotApproved"/>.</exception>
    [Requires(Permission.ManageAgents)]
    Task<AgentInfo> ResumeAsync(AgentReference agent, CancellationToken cancellationToken);

    /// <summary>Changes what the server keeps of an agent.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, or <see cref="ErrorCode.InvalidArgument"/> for a text that cannot be a tag, or too many.</exception>
    [Requires(Permission.ManageAgents)]
    Task<AgentInfo> UpdateAsync(UpdateAgentRequest request, CancellationToken cancellationToken);

    /// <summary>Removes an agent for good and cuts it off at once: it must enrol again to come back. Its runs and snapshots stay.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, <see cref="ErrorCode.AgentInUse"/> if tasks use it and are to stay, or
    /// <see cref="ErrorCode.InvalidArgument"/> for the agent inside the server.</exception>
    [Requires(Permission.ManageAgents)]
    Task RemoveAsync(RemoveAgentRequest request, CancellationToken cancellationToken);
}
