using System.Runtime.CompilerServices;
using System.Text.Json;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IAgentCatalog"/>
internal sealed class SqliteAgents(SqliteDatabase database) : IAgentCatalog
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<AgentRecord> agents = await database.ReadAsync(
            static c => c.Query(
                "SELECT description, is_embedded, last_seen FROM agents ORDER BY name_key",
                static row => new AgentRecord(JsonSerializer.Deserialize(row.GetString(0), CatalogJson.Default.AgentDescription)!, row.GetBoolean(1), row.Time(2))),
            cancellationToken);
        foreach (AgentRecord agent in agents)
        {
            yield return agent;
        }
    }

    /// <inheritdoc/>
    public Task SaveAsync(AgentRecord agent, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => c.Execute(
                """
                INSERT INTO agents (name_key, description, is_embedded, last_seen) VALUES ($key, $description, $embedded, $seen)
                ON CONFLICT (name_key) DO UPDATE SET description = excluded.description, is_embedded = excluded.is_embedded, last_seen = excluded.last_seen
                """,
                ("$key", NameKey.Of(agent.Description.Name)),
                ("$description", JsonSerializer.Serialize(agent.Description, CatalogJson.Default.AgentDescription)),
                ("$embedded", agent.IsEmbedded),
                ("$seen", agent.LastSeen)),
            cancellationToken);
}
