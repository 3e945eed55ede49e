using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IAgentIdentityCatalog"/>
internal sealed class SqliteAgentIdentities(SqliteDatabase database) : IAgentIdentityCatalog
{
    // For the agent inside the server where its machine's name belongs to another agent already.
    private const string EmbeddedSuffix = " (server)";

    private const string Select = """
        SELECT id, name, kind, status, tags, is_embedded, serial, previous_serial, enrolled, enrolled_with, last_seen, last_address, enrollment_key
        FROM agent_identities
        """;

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentIdentityRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<AgentIdentityRecord> agents = await database.ReadAsync(static c => c.Query(Select + " ORDER BY name_key", Map), cancellationToken);
        foreach (AgentIdentityRecord agent in agents)
        {
            yield return agent;
        }
    }

    /// <inheritdoc/>
    public Task<AgentIdentityRecord?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query(Select + " WHERE id = $id", Map, ("$id", id.ToString())).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task<AgentIdentityRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query(Select + " WHERE name_key = $key", Map, ("$key", NameKey.Of(name))).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsRevokedAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query("SELECT 1 FROM revoked_agents WHERE id = $id", static _ => true, ("$id", id.ToString())).Count > 0, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentIdentityRecord> SaveEmbeddedAsync(string name, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                AgentIdentityRecord? known = c.Query(Select + " WHERE is_embedded = 1", Map).SingleOrDefault();
                bool isTaken = c.Query("SELECT 1 FROM agent_identities WHERE name_key = $key AND is_embedded = 0", static _ => true, ("$key", NameKey.Of(name))).Count > 0;
                string free = !isTaken ? name : known?.Identity.Name ?? name + EmbeddedSuffix;
                return known is null ? AddEmbedded(c, free, time) : RenameEmbedded(c, known, free, time);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ChangeStatusAsync(Guid id, AgentStatus from, AgentStatus to, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            c => c.Execute(
                "UPDATE agent_identities SET status = $to WHERE id = $id AND status = $from",
                ("$id", id.ToString()),
                ("$from", from.ToString()),
                ("$to", to.ToString())),
            cancellationToken) > 0;

    /// <inheritdoc/>
    public Task<AgentIdentity?> ChangeTagsAsync(Guid id, Func<IReadOnlyList<string>, IReadOnlyList<string>> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                AgentIdentity? agent = c.Query(Select + " WHERE id = $id", Map, ("$id", id.ToString())).SingleOrDefault()?.Identity;
                if (agent is null)
                {
                    return null;
                }

                agent = agent with { Tags = change(agent.Tags) };
                c.Execute("UPDATE agent_identities SET tags = $tags WHERE id = $id", ("$id", id.ToString()), ("$tags", CatalogJson.Write(agent.Tags)));
                return agent;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(Guid id, byte[] used, byte[] serial, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            // An agent that never received its new certificate asks again with the one before: that one must stay good, not the lost one.
            c => c.Execute(
                """
                UPDATE agent_identities SET serial = $serial, previous_serial = $used
                WHERE id = $id AND status = $approved AND (serial = $used OR previous_serial = $used)
                """,
                ("$id", id.ToString()),
                ("$used", used),
                ("$serial", serial),
                ("$approved", nameof(AgentStatus.Approved))),
            cancellationToken) > 0;

    /// <inheritdoc/>
    public async Task<bool> SetSeenAsync(Guid id, byte[] used, string? address, DateTimeOffset time, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            c => c.Execute(
                """
                UPDATE agent_identities SET last_seen = $time, last_address = $address, enrollment_key = NULL,
                    previous_serial = CASE WHEN serial = $used THEN NULL ELSE previous_serial END
                WHERE id = $id AND status = $approved AND (serial = $used OR previous_serial = $used)
                """,
                ("$id", id.ToString()),
                ("$used", used),
                ("$address", address),
                ("$time", time),
                ("$approved", nameof(AgentStatus.Approved))),
            cancellationToken) > 0;

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(Guid id, bool removeTasks, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                string? name = c.Query("SELECT name FROM agent_identities WHERE id = $id", static row => row.GetString(0), ("$id", id.ToString())).SingleOrDefault();
                if (name is null)
                {
                    return false;
                }

                SqliteAgentTasks.Remove(c, name, removeTasks);
                c.Execute("DELETE FROM agent_identities WHERE id = $id", ("$id", id.ToString()));
                c.Execute("DELETE FROM agents WHERE name_key = $key", ("$key", NameKey.Of(name)));
                c.Execute("UPDATE enrollment_tokens SET revoked = coalesce(revoked, $time) WHERE agent_id = $id", ("$id", id.ToString()), ("$time", time));
                c.Execute("INSERT INTO revoked_agents (id, revoked) VALUES ($id, $time)", ("$id", id.ToString()), ("$time", time));
                return true;
            },
            cancellationToken);

    /// <summary>
    /// Takes in an agent within the caller's transaction: as a new one, or, if there is one of this id that enrolled with the same key and was never here since, in its place.
    /// </summary>
    /// <returns>False if there is or was one of this id that is not such a one, or is suspended; nothing was changed then.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentExists"/> if another agent has the name.</exception>
    internal static bool TryEnroll(SqliteConnection connection, AgentIdentityRecord agent)
    {
        // One that was removed just now is none to be taken in again.
        bool isKnown = connection.Query(
            "SELECT 1 FROM agent_identities WHERE id = $id UNION ALL SELECT 1 FROM revoked_agents WHERE id = $id", static _ => true, ("$id", agent.Identity.Id.ToString())).Count > 0;
        if (!isKnown)
        {
            Insert(connection, agent);
            return true;
        }

        return connection.Execute(
            """
            UPDATE agent_identities SET kind = $kind, status = $status, enrolled = $enrolled, enrolled_with = $with, last_address = $address, serial = $serial, previous_serial = NULL
            WHERE id = $id AND enrollment_key = $key AND status <> $suspended
            """,
            ("$id", agent.Identity.Id.ToString()),
            ("$kind", agent.Identity.Kind.ToString()),
            ("$status", agent.Identity.Status.ToString()),
            ("$enrolled", agent.Identity.Enrolled),
            ("$with", agent.Identity.EnrolledWith),
            ("$address", agent.Identity.LastAddress),
            ("$serial", agent.Serial),
            ("$key", agent.EnrollmentKey),
            ("$suspended", nameof(AgentStatus.Suspended))) > 0;
    }

    /// <summary>Adds an agent within the caller's transaction.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentExists"/>.</exception>
    private static void Insert(SqliteConnection connection, AgentIdentityRecord agent)
    {
        AgentIdentity identity = agent.Identity;
        try
        {
            connection.Execute(
                """
                INSERT INTO agent_identities
                    (id, name, name_key, kind, status, tags, is_embedded, serial, previous_serial, enrolled, enrolled_with, last_seen, last_address, enrollment_key)
                VALUES ($id, $name, $key, $kind, $status, $tags, $embedded, $serial, $previous, $enrolled, $with, $seen, $address, $enrollment)
                """,
                ("$id", identity.Id.ToString()),
                ("$name", identity.Name),
                ("$key", NameKey.Of(identity.Name)),
                ("$kind", identity.Kind.ToString()),
                ("$status", identity.Status.ToString()),
                ("$tags", CatalogJson.Write(identity.Tags)),
                ("$embedded", identity.IsEmbedded),
                ("$serial", agent.Serial),
                ("$previous", agent.PreviousSerial),
                ("$enrolled", identity.Enrolled),
                ("$with", identity.EnrolledWith),
                ("$seen", identity.LastSeen),
                ("$address", identity.LastAddress),
                ("$enrollment", agent.EnrollmentKey));
        }
        catch (SqliteException exception) when (SqliteErrors.IsDuplicate(exception))
        {
            throw new HandyBackupException(ErrorCode.AgentExists, $"An agent named '{identity.Name}' exists already.", exception)
            {
                Target = identity.Name,
                Advice = "Choose another name for the new agent, or remove the old one from the server. If this machine takes the old one's place, let it enrol with a token that New-HBEnrollmentToken -Agent makes.",
            };
        }
    }

    private static AgentIdentityRecord AddEmbedded(SqliteConnection connection, string name, DateTimeOffset time)
    {
        var identity = new AgentIdentity
        {
            Id = Guid.NewGuid(),
            Name = name,
            Kind = AgentKind.Server,
            Status = AgentStatus.Approved,
            IsEmbedded = true,
            Enrolled = time,
            LastSeen = time,
        };
        var added = new AgentIdentityRecord(identity);
        Insert(connection, added);
        return added;
    }

    private static AgentIdentityRecord RenameEmbedded(SqliteConnection connection, AgentIdentityRecord known, string name, DateTimeOffset time)
    {
        string before = known.Identity.Name;
        if (NameKey.Of(before) != NameKey.Of(name))
        {
            SqliteAgentTasks.Rename(connection, before, name);
            connection.Execute("DELETE FROM agents WHERE name_key = $key", ("$key", NameKey.Of(before)));
        }

        connection.Execute(
            "UPDATE agent_identities SET name = $name, name_key = $key, last_seen = $time WHERE is_embedded = 1",
            ("$name", name),
            ("$key", NameKey.Of(name)),
            ("$time", time));
        return known with { Identity = known.Identity with { Name = name, LastSeen = time } };
    }

    private static AgentIdentityRecord Map(SqliteDataReader row) => new(
        new AgentIdentity
        {
            Id = Guid.Parse(row.GetString(0)),
            Name = row.GetString(1),
            Kind = Enum.Parse<AgentKind>(row.GetString(2)),
            Status = Enum.Parse<AgentStatus>(row.GetString(3)),
            Tags = CatalogJson.ReadTexts(row.GetString(4)),
            IsEmbedded = row.GetBoolean(5),
            Enrolled = row.Time(8),
            EnrolledWith = row.TextOrNull(9),
            LastSeen = row.TimeOrNull(10),
            LastAddress = row.TextOrNull(11),
        },
        row.BytesOrNull(6),
        row.BytesOrNull(7),
        row.BytesOrNull(12));
}
