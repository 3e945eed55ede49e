using HandyBackup.Contracts;

namespace HandyBackup.Rpc;

/// <summary>What a server offers to panels. The objects serve all connections at once and outlive them; nobody here disposes them.</summary>
/// <param name="ServerInfo">The server itself.</param>
/// <param name="Repositories">The repositories.</param>
/// <param name="Tasks">The tasks.</param>
/// <param name="Runs">The runs.</param>
/// <param name="Agents">The agents.</param>
/// <param name="Snapshots">The snapshots.</param>
/// <param name="Items">The items.</param>
public sealed record PanelServices(
    IServerInfo ServerInfo,
    IRepositories Repositories,
    ITasks Tasks,
    IRuns Runs,
    IAgents Agents,
    ISnapshots Snapshots,
    IItems Items);
