using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IAuditCatalog"/>
internal sealed class SqliteAudit(SqliteDatabase database) : IAuditCatalog
{
    private const string Select = "SELECT number, time, caller_kind, caller, origin, action, target, outcome, error, begun, hash FROM audit_log";
    private const string ProofSetting = "audit-log-newest";
    private const int PageSize = 500;

    /// <inheritdoc/>
    public Task<AuditRecord> AppendAsync(Func<AuditRecord?, byte[]?, (AuditRecord Entry, byte[] Proof)> make, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                (AuditRecord? newest, byte[]? newestProof) = FindNewest(c);
                (AuditRecord entry, byte[] proof) = make(newest, newestProof);
                Insert(c, entry);
                c.Execute(
                    "INSERT INTO settings (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    ("$name", ProofSetting),
                    ("$value", proof));
                return entry;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<(AuditRecord? Newest, byte[]? Proof)> FindNewestAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            static c =>
            {
                using SqliteTransaction moment = c.BeginTransaction(deferred: true);
                return FindNewest(c);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditRecord> ListAsync(long after, long upTo, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<AuditRecord> page;
        do
        {
            long from = after;
            page = await database.ReadAsync(
                c => c.Query(
                    Select + " WHERE number > $after AND number <= $upTo ORDER BY number LIMIT $limit",
                    Map,
                    ("$after", from),
                    ("$upTo", upTo),
                    ("$limit", PageSize)),
                cancellationToken);
            foreach (AuditRecord entry in page)
            {
                yield return entry;
                after = entry.Number;
            }
        }
        while (page.Count == PageSize);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditRecord> ListNewestAsync(DateTimeOffset? since, DateTimeOffset? before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long below = long.MaxValue;
        List<AuditRecord> page;
        do
        {
            long end = below;
            page = await database.ReadAsync(
                c => c.Query(
                    Select + " WHERE number < $end AND time >= $since AND time < $before ORDER BY number DESC LIMIT $limit",
                    Map,
                    ("$end", end),
                    ("$since", since?.UtcTicks ?? 0),
                    ("$before", before?.UtcTicks ?? long.MaxValue),
                    ("$limit", PageSize)),
                cancellationToken);
            foreach (AuditRecord entry in page)
            {
                yield return entry;
                below = entry.Number;
            }
        }
        while (page.Count == PageSize);
    }

    private static (AuditRecord? Newest, byte[]? Proof) FindNewest(SqliteConnection connection) =>
    (
        connection.Query(Select + " ORDER BY number DESC LIMIT 1", Map).SingleOrDefault(),
        connection.Query("SELECT value FROM settings WHERE name = $name", static row => row.BytesOrNull(0), ("$name", ProofSetting)).SingleOrDefault()
    );

    private static void Insert(SqliteConnection connection, AuditRecord entry)
    {
        byte[] hash = new byte[Sha256Hash.Size];
        entry.Hash.CopyTo(hash);
        connection.Execute(
            """
            INSERT INTO audit_log (number, time, caller_kind, caller, origin, action, target, outcome, error, begun, hash)
            VALUES ($number, $time, $kind, $caller, $origin, $action, $target, $outcome, $error, $begun, $hash)
            """,
            ("$number", entry.Number),
            ("$time", entry.Time),
            ("$kind", entry.CallerKind.ToString()),
            ("$caller", entry.Caller),
            ("$origin", entry.Origin),
            ("$action", entry.Action),
            ("$target", entry.Target),
            ("$outcome", entry.Outcome.ToString()),
            ("$error", entry.Error is { } error ? (int)error : null),
            ("$begun", entry.Begun),
            ("$hash", hash));
    }

    // Whoever altered the file may have left anything. What cannot be read becomes something that the chain's hash tells from what was there.
    private static AuditRecord Map(SqliteDataReader row) => new()
    {
        Number = row.GetInt64(0),
        Time = new DateTimeOffset(Math.Clamp(row.GetInt64(1), 0, DateTime.MaxValue.Ticks), TimeSpan.Zero),
        CallerKind = Known<CallerKind>(row.GetString(2)),
        Caller = row.GetString(3),
        Origin = row.GetString(4),
        Action = row.GetString(5),
        Target = row.GetString(6),
        Outcome = Known<AuditOutcome>(row.GetString(7)),
        Error = row.IsDBNull(8) ? null : (ErrorCode)(int)row.GetInt64(8),
        Begun = row.IsDBNull(9) ? null : row.GetInt64(9),
        Hash = row.GetFieldValue<byte[]>(10) is { Length: Sha256Hash.Size } hash ? new Sha256Hash(hash) : default,
    };

    private static T Known<T>(string text)
        where T : struct, Enum =>
        Enum.TryParse(text, out T value) && Enum.IsDefined(value) ? value : default;
}
