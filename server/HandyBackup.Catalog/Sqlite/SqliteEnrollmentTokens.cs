using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IEnrollmentTokenCatalog"/>
internal sealed class SqliteEnrollmentTokens(SqliteDatabase database) : IEnrollmentTokenCatalog
{
    private const string Select = """
        SELECT t.id, t.secret_hash, t.kind, g.name, t.needs_approval, t.uses, t.remaining, t.created, t.expires, t.revoked, t.note, a.name, t.agent_id
        FROM enrollment_tokens t LEFT JOIN agent_groups g ON g.id = t.group_id LEFT JOIN agent_identities a ON a.id = t.agent_id
        """;

    /// <inheritdoc/>
    public async IAsyncEnumerable<EnrollmentTokenRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<EnrollmentTokenRecord> tokens = await database.ReadAsync(static c => c.Query(Select + " ORDER BY t.created DESC, t.id", Map), cancellationToken);
        foreach (EnrollmentTokenRecord token in tokens)
        {
            yield return token;
        }
    }

    /// <inheritdoc/>
    public Task<EnrollmentTokenRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query(Select + " WHERE t.id = $id", Map, ("$id", id)).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(EnrollmentTokenRecord token, CancellationToken cancellationToken)
    {
        byte[] hash = new byte[Sha256Hash.Size];
        token.SecretHash.CopyTo(hash);
        return database.WriteAsync(
            c => c.Execute(
                """
                INSERT INTO enrollment_tokens (id, secret_hash, kind, group_id, needs_approval, uses, remaining, created, expires, revoked, note, agent_id)
                VALUES ($id, $hash, $kind, $group, $approval, $uses, $remaining, $created, $expires, $revoked, $note, $agent)
                """,
                ("$id", token.Info.Id),
                ("$hash", hash),
                ("$kind", token.Info.Kind.ToString()),
                ("$group", SqliteAgentGroups.IdOf(c, token.Info.Group)),
                ("$approval", token.Info.NeedsApproval),
                ("$uses", token.Info.Uses),
                ("$remaining", token.Info.Remaining),
                ("$created", token.Info.Created),
                ("$expires", token.Info.Expires),
                ("$revoked", token.Info.Revoked),
                ("$note", token.Info.Note),
                ("$agent", token.AgentId?.ToString())),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(string id, DateTimeOffset time, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            c => c.Execute("UPDATE enrollment_tokens SET revoked = coalesce(revoked, $time) WHERE id = $id", ("$time", time), ("$id", id)),
            cancellationToken) > 0;

    /// <inheritdoc/>
    public Task<int> RevokeAllAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => c.Execute("UPDATE enrollment_tokens SET revoked = $time WHERE remaining > 0 AND revoked IS NULL AND expires > $time", ("$time", time)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RedeemAsync(string id, AgentIdentityRecord agent, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (!IsUsable(c, id, time, agentId: null) || !SqliteAgentIdentities.TryEnroll(c, agent))
                {
                    return false;
                }

                CountDown(c, id);
                c.Execute(
                    "INSERT OR IGNORE INTO agent_group_members (group_id, agent_id) SELECT group_id, $agent FROM enrollment_tokens WHERE id = $id AND group_id IS NOT NULL",
                    ("$agent", agent.Identity.Id.ToString()),
                    ("$id", id));
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RedeemForAgentAsync(
        string id, Guid agentId, byte[] enrollmentKey, byte[] serial, string? address, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                bool isTaken = IsUsable(c, id, time, agentId) && c.Execute(
                    """
                    UPDATE agent_identities SET serial = $serial, previous_serial = NULL, enrollment_key = $key, enrolled = $time, enrolled_with = $id, last_address = $address
                    WHERE id = $agent AND is_embedded = 0
                    """,
                    ("$serial", serial),
                    ("$key", enrollmentKey),
                    ("$time", time),
                    ("$id", id),
                    ("$address", address),
                    ("$agent", agentId.ToString())) > 0;
                if (isTaken)
                {
                    CountDown(c, id);
                }

                return isTaken;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RedeemAgainAsync(string id, Guid agentId, byte[] enrollmentKey, byte[] serial, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => IsGood(c, id, time) && c.Execute(
                """
                UPDATE agent_identities SET serial = $serial, previous_serial = serial
                WHERE id = $agent AND enrolled_with = $id AND enrollment_key = $key AND status <> $suspended
                """,
                ("$serial", serial),
                ("$agent", agentId.ToString()),
                ("$id", id),
                ("$key", enrollmentKey),
                ("$suspended", nameof(AgentStatus.Suspended))) > 0,
            cancellationToken);

    private static bool IsGood(SqliteConnection connection, string id, DateTimeOffset time) => connection.Query(
        "SELECT 1 FROM enrollment_tokens WHERE id = $id AND revoked IS NULL AND expires > $time", static _ => true, ("$id", id), ("$time", time)).Count > 0;

    private static bool IsUsable(SqliteConnection connection, string id, DateTimeOffset time, Guid? agentId) => IsGood(connection, id, time) && connection.Query(
        "SELECT 1 FROM enrollment_tokens WHERE id = $id AND remaining > 0 AND agent_id IS $agent", static _ => true, ("$id", id), ("$agent", agentId?.ToString())).Count > 0;

    private static void CountDown(SqliteConnection connection, string id) =>
        connection.Execute("UPDATE enrollment_tokens SET remaining = remaining - 1 WHERE id = $id", ("$id", id));

    private static EnrollmentTokenRecord Map(SqliteDataReader row) => new(
        new EnrollmentTokenInfo
        {
            Id = row.GetString(0),
            Agent = row.TextOrNull(11),
            Kind = Enum.Parse<AgentKind>(row.GetString(2)),
            Group = row.TextOrNull(3),
            NeedsApproval = row.GetBoolean(4),
            Uses = row.GetInt32(5),
            Remaining = row.GetInt32(6),
            Created = row.Time(7),
            Expires = row.Time(8),
            Revoked = row.TimeOrNull(9),
            Note = row.GetString(10),
        },
        new Sha256Hash(row.GetFieldValue<byte[]>(1)),
        row.TextOrNull(12) is { } agent ? Guid.Parse(agent) : null);
}
