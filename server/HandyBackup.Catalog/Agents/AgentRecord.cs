using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>An agent as the catalog keeps it.</summary>
/// <param name="Description">What it last said of itself.</param>
/// <param name="IsEmbedded">True for the agent inside the server's own process.</param>
/// <param name="LastSeen">When it was last connected.</param>
public sealed record AgentRecord(AgentDescription Description, bool IsEmbedded, DateTimeOffset LastSeen);
