using System.Runtime.CompilerServices;
using System.Text.Json;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IAgentGroupCatalog"/>
internal sealed class SqliteAgentGroups(SqliteDatabase database) : IAgentGroupCatalog
{
    private const string Select = "SELECT id, name, description, rule, created FROM agent_groups";

    // Grants are JSON and hold groups by id. An id is nothing that other texts of a grant contain.
    private const string UsedBy = """
        SELECT 'the task ''' || name || '''' FROM tasks WHERE group_id = $id
        UNION ALL SELECT 'a grant of the user ''' || name || '''' FROM users WHERE instr(grants, $id) > 0
        UNION ALL SELECT 'a grant of the API token ''' || name || '''' FROM api_tokens WHERE instr(grants, $id) > 0
        UNION ALL SELECT 'the enrolment token ' || id FROM enrollment_tokens WHERE group_id = $id AND remaining > 0 AND revoked IS NULL AND expires > $time
        """;

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentGroupRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<AgentGroupRecord> groups = await database.ReadAsync(
            static c =>
            {
                ILookup<Guid, Guid> listed = c.Query("SELECT group_id, agent_id FROM agent_group_members", static row => (Group: Guid.Parse(row.GetString(0)), Agent: Guid.Parse(row.GetString(1))))
                    .ToLookup(static member => member.Group, static member => member.Agent);
                return c.Query(Select + " ORDER BY name_key", Map).ConvertAll(group => group with { Listed = listed[group.Id].ToHashSet() });
            },
            cancellationToken);
        foreach (AgentGroupRecord group in groups)
        {
            yield return group;
        }
    }

    /// <inheritdoc/>
    public Task<AgentGroupRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(c => Find(c, "name_key = $key", ("$key", NameKey.Of(name))), cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(AgentGroupRecord group, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                CheckFree(c, group);
                c.Execute("INSERT INTO agent_groups (id, name, name_key, description, rule, created) VALUES ($id, $name, $key, $description, $rule, $created)", [("$created", group.Created), .. Parameters(group)]);
                SaveMembers(c, group);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<AgentGroupRecord?> ChangeAsync(Guid id, Func<AgentGroupRecord, AgentGroupRecord> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (Find(c, "id = $id", ("$id", id.ToString())) is not { } group)
                {
                    return null;
                }

                AgentGroupRecord changed = change(group);
                CheckFree(c, changed);
                c.Execute("UPDATE agent_groups SET name = $name, name_key = $key, description = $description, rule = $rule WHERE id = $id", Parameters(changed));
                c.Execute("DELETE FROM agent_group_members WHERE group_id = $id", ("$id", id.ToString()));
                SaveMembers(c, changed);
                return changed;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(Guid id, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (Find(c, "id = $id", ("$id", id.ToString())) is not { } group)
                {
                    return false;
                }

                List<string> users = c.Query(UsedBy, static row => row.GetString(0), ("$id", id.ToString()), ("$time", time));
                if (users.Count > 0)
                {
                    throw new HandyBackupException(ErrorCode.AgentGroupInUse, $"The group '{group.Name}' is still used by {users[0]}{(users.Count > 1 ? $" and {users.Count - 1} more" : "")}.")
                    {
                        Target = group.Name,
                        Advice = "Remove tasks and grants that name the group first, and revoke its enrolment tokens.",
                    };
                }

                return c.Execute("DELETE FROM agent_groups WHERE id = $id", ("$id", id.ToString())) > 0;
            },
            cancellationToken);

    /// <summary>The id of the group of this name, within the caller's transaction; null for no name.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupNotFound"/>.</exception>
    internal static string? IdOf(SqliteConnection connection, string? name)
    {
        if (name is null)
        {
            return null;
        }

        return connection.Query("SELECT id FROM agent_groups WHERE name_key = $key", static row => row.GetString(0), ("$key", NameKey.Of(name))).SingleOrDefault()
            ?? throw new HandyBackupException(ErrorCode.AgentGroupNotFound, $"No group of agents named '{name}' is known.") { Target = name, Advice = "List the groups, or make one." };
    }

    private static AgentGroupRecord? Find(SqliteConnection connection, string condition, (string Name, object? Value) key)
    {
        AgentGroupRecord? group = connection.Query($"{Select} WHERE {condition}", Map, key).SingleOrDefault();
        return group is null ? null : group with
        {
            Listed = connection.Query("SELECT agent_id FROM agent_group_members WHERE group_id = $id", static row => Guid.Parse(row.GetString(0)), ("$id", group.Id.ToString())).ToHashSet(),
        };
    }

    private static void CheckFree(SqliteConnection connection, AgentGroupRecord group)
    {
        string? taken = connection.Query(
            "SELECT name FROM agent_groups WHERE name_key = $key AND id <> $id",
            static row => row.GetString(0),
            ("$key", NameKey.Of(group.Name)),
            ("$id", group.Id.ToString())).SingleOrDefault();
        if (taken is not null)
        {
            throw new HandyBackupException(ErrorCode.AgentGroupExists, $"A group of agents named '{taken}' exists already.") { Target = taken, Advice = "Choose another name, or change the existing group." };
        }
    }

    private static void SaveMembers(SqliteConnection connection, AgentGroupRecord group)
    {
        foreach (Guid agent in group.Listed)
        {
            try
            {
                connection.Execute("INSERT INTO agent_group_members (group_id, agent_id) VALUES ($group, $agent)", ("$group", group.Id.ToString()), ("$agent", agent.ToString()));
            }
            catch (SqliteException exception) when (SqliteErrors.IsMissingReference(exception))
            {
                throw new HandyBackupException(ErrorCode.AgentNotFound, $"The agent {agent} is no longer known.", exception) { Target = agent.ToString() };
            }
        }
    }

    private static (string Name, object? Value)[] Parameters(AgentGroupRecord group) =>
    [
        ("$id", group.Id.ToString()),
        ("$name", group.Name),
        ("$key", NameKey.Of(group.Name)),
        ("$description", group.Description),
        ("$rule", group.Rule is null ? null : JsonSerializer.Serialize(group.Rule, CatalogJson.Default.AgentGroupRule)),
    ];

    private static AgentGroupRecord Map(SqliteDataReader row) => new()
    {
        Id = Guid.Parse(row.GetString(0)),
        Name = row.GetString(1),
        Description = row.GetString(2),
        Rule = row.TextOrNull(3) is { } rule ? JsonSerializer.Deserialize(rule, CatalogJson.Default.AgentGroupRule) : null,
        Created = row.Time(4),
    };
}
