using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IRunLogCatalog"/>
internal sealed class SqliteRunLog(SqliteDatabase database) : IRunLogCatalog
{
    private const int PageSize = 1000;

    /// <inheritdoc/>
    public async IAsyncEnumerable<RunLogEntry> ListAsync(Guid runId, RunLogLevel minimumLevel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long after = 0;
        List<RunLogEntry> page;
        do
        {
            long from = after;
            page = await database.ReadAsync(c => ReadPage(c, runId, minimumLevel, from), cancellationToken);
            foreach (RunLogEntry entry in page)
            {
                after = entry.Sequence;
                yield return entry;
            }
        }
        while (page.Count == PageSize);
    }

    /// <inheritdoc/>
    public Task AppendAsync(Guid runId, IReadOnlyList<RunLogEntry> entries, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                Append(c, runId, entries);
                return entries.Count;
            },
            cancellationToken);

    private static List<RunLogEntry> ReadPage(SqliteConnection connection, Guid runId, RunLogLevel minimumLevel, long after) =>
        connection.Query(
            $"""
            SELECT sequence, time, level, code, path, message FROM run_log
            WHERE run = (SELECT ordinal FROM runs WHERE id = $id) AND sequence > $after AND level >= $level
            ORDER BY sequence LIMIT {PageSize}
            """,
            row => new RunLogEntry
            {
                RunId = runId,
                Sequence = row.GetInt64(0),
                Time = row.Time(1),
                Level = (RunLogLevel)row.GetInt32(2),
                Code = row.IsDBNull(3) ? null : (ErrorCode)row.GetInt32(3),
                Path = row.TextOrNull(4),
                Message = row.GetString(5),
            },
            ("$id", runId.ToString()),
            ("$after", after),
            ("$level", (int)minimumLevel));

    // One prepared statement for the whole batch: parsing it again for each line would take longer than the insert.
    private static void Append(SqliteConnection connection, Guid runId, IReadOnlyList<RunLogEntry> entries)
    {
        long run = connection.Query("SELECT ordinal FROM runs WHERE id = $id", static row => row.GetInt64(0), ("$id", runId.ToString()))[0];
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT INTO run_log (run, sequence, time, level, code, path, message) VALUES ($run, $sequence, $time, $level, $code, $path, $message)";
        command.Parameters.AddWithValue("$run", run);
        SqliteParameter sequence = command.Parameters.Add("$sequence", SqliteType.Integer);
        SqliteParameter time = command.Parameters.Add("$time", SqliteType.Integer);
        SqliteParameter level = command.Parameters.Add("$level", SqliteType.Integer);
        SqliteParameter code = command.Parameters.Add("$code", SqliteType.Integer);
        SqliteParameter path = command.Parameters.Add("$path", SqliteType.Text);
        SqliteParameter message = command.Parameters.Add("$message", SqliteType.Text);
        foreach (RunLogEntry entry in entries)
        {
            sequence.Value = entry.Sequence;
            time.Value = entry.Time.UtcTicks;
            level.Value = (int)entry.Level;
            code.Value = entry.Code is { } known ? (int)known : DBNull.Value;
            path.Value = (object?)entry.Path ?? DBNull.Value;
            message.Value = entry.Message;
            command.ExecuteNonQuery();
        }
    }
}
