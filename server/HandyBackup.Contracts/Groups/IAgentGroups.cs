using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>Groups of agents: what tasks, grants and enrolment tokens name in place of single machines.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IAgentGroups : IDisposable
{
    /// <summary>Lists groups by name, each with its members of this moment.</summary>
    [Requires(Permission.View, Narrowable = true)]
    IAsyncEnumerable<AgentGroupInfo> ListAsync(AgentGroupQuery query, CancellationToken cancellationToken);

    /// <summary>Makes a group.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupExists"/>, <see cref="ErrorCode.AgentNotFound"/>, or <see cref="ErrorCode.InvalidArgument"/> for a
    /// name that cannot be one, or a rule without a condition.</exception>
    [Requires(Permission.ManageAgents)]
    Task<AgentGroupInfo> CreateAsync(CreateAgentGroupRequest request, CancellationToken cancellationToken);

    /// <summary>Changes a group. Runs that were started for it go on.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupNotFound"/>, and as <see cref="CreateAsync"/>.</exception>
    [Requires(Permission.ManageAgents)]
    Task<AgentGroupInfo> UpdateAsync(UpdateAgentGroupRequest request, CancellationToken cancellationToken);

    /// <summary>Removes a group that nothing uses. Its agents stay.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupNotFound"/>, or <see cref="ErrorCode.AgentGroupInUse"/> if a task, a grant or a usable enrolment
    /// token names it.</exception>
    [Requires(Permission.ManageAgents)]
    Task RemoveAsync(AgentGroupReference group, CancellationToken cancellationToken);
}
