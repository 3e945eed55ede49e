using HandyBackup.Contracts;

namespace HandyBackup.Rpc;

/// <summary>What a server offers to a panel. The objects belong to the server, or to the connection's <see cref="IPanelGuard"/>; nobody here disposes them.</summary>
/// <param name="ServerInfo">The server itself.</param>
/// <param name="Repositories">The repositories.</param>
/// <param name="Tasks">The tasks.</param>
/// <param name="Runs">The runs.</param>
/// <param name="Agents">The agents.</param>
/// <param name="Snapshots">The snapshots.</param>
/// <param name="Items">The items.</param>
/// <param name="EnrollmentTokens">The tokens with which machines become agents.</param>
/// <param name="AgentGroups">The groups of agents.</param>
/// <param name="Settings">How the server is set up.</param>
/// <param name="Login">Who the connection's caller is.</param>
/// <param name="Users">The people who may use the server.</param>
/// <param name="ApiTokens">The tokens of scripts.</param>
/// <param name="RemovalRequests">What waits for a second administrator.</param>
/// <param name="AuditLog">What was done.</param>
public sealed record PanelServices(
    IServerInfo ServerInfo,
    IRepositories Repositories,
    ITasks Tasks,
    IRuns Runs,
    IAgents Agents,
    ISnapshots Snapshots,
    IItems Items,
    IEnrollmentTokens EnrollmentTokens,
    IAgentGroups AgentGroups,
    ISettings Settings,
    ILogin Login,
    IUsers Users,
    IApiTokens ApiTokens,
    IRemovalRequests RemovalRequests,
    IAuditLog AuditLog);
