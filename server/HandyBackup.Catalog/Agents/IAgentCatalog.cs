namespace HandyBackup.Catalog;

/// <summary>The agents that ever were connected.</summary>
public interface IAgentCatalog
{
    /// <summary>Lists all agents by name.</summary>
    IAsyncEnumerable<AgentRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds an agent, or replaces what is known of the one with this name.</summary>
    Task SaveAsync(AgentRecord agent, CancellationToken cancellationToken);
}
