using System.Runtime.CompilerServices;
using System.Text.Json;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IRunCatalog"/>
internal sealed class SqliteRuns(SqliteDatabase database) : IRunCatalog
{
    /// <summary>Listings are read in pages, so that a slow reader holds neither the whole list nor a transaction.</summary>
    private const int PageSize = 200;

    private const string Columns = """
        ordinal, id, kind, state, task, agent, repository, created, started, ended, progress, bytes_per_second, warnings, skipped, snapshot_id, error,
        optimization
        """;

    private const string Unfinished = "state IN ('Queued', 'Running')";

    /// <inheritdoc/>
    public async IAsyncEnumerable<Run> ListAsync(RunFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long before = long.MaxValue;
        List<(long Ordinal, Run Run)> page;
        do
        {
            long from = before;
            page = await database.ReadAsync(c => ReadPage(c, filter, from), cancellationToken);
            foreach ((long ordinal, Run run) in page)
            {
                before = ordinal;
                yield return run;
            }
        }
        while (page.Count == PageSize);
    }

    /// <inheritdoc/>
    public Task<Run?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query($"SELECT {Columns} FROM runs WHERE id = $id", Map, ("$id", id.ToString())).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task<Run?> FindLastOfTaskAsync(Guid taskId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => c.Query($"SELECT {Columns} FROM runs WHERE task_id = $task ORDER BY ordinal DESC LIMIT 1", Map, ("$task", taskId.ToString())).SingleOrDefault(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunCount>> CountLastOfTaskAsync(Guid taskId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RunCount>>(
            c => c.Query(
                """
                SELECT r.state, count(*) FROM (SELECT max(ordinal) AS newest FROM runs WHERE task_id = $task GROUP BY agent) JOIN runs r ON r.ordinal = newest
                GROUP BY r.state
                """,
                static row => new RunCount(Enum.Parse<RunState>(row.GetString(0)), row.GetInt32(1)),
                ("$task", taskId.ToString())).OrderBy(static count => count.State).ToList(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<Run?> FindLastBackupAsync(string repositoryId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => c.Query(
                $"SELECT {Columns} FROM runs WHERE repository_id = $repository AND kind = 'Backup' AND started IS NOT NULL AND ended IS NOT NULL ORDER BY ordinal DESC LIMIT 1",
                Map,
                ("$repository", repositoryId)).SingleOrDefault(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<Run?> FindLastRepairOrDamageAsync(string repositoryId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => c.Query(
                $"""
                SELECT {Columns} FROM runs WHERE repository_id = $repository AND (kind = 'Repair' OR (kind <> 'Backup' AND warnings > 0))
                ORDER BY ordinal DESC LIMIT 1
                """,
                Map,
                ("$repository", repositoryId)).SingleOrDefault(),
            cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<RunRecord> runs, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                foreach (RunRecord run in runs)
                {
                    Insert(c, run);
                }

                return runs.Count;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task UpdateAsync(Run run, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => Execute(
                c,
                """
                UPDATE runs SET state = $state, started = $started, ended = $ended, progress = $progress, bytes_per_second = $rate,
                    warnings = $warnings, skipped = $skipped, snapshot_id = $snapshot, error = $error, optimization = $optimization
                WHERE id = $id
                """,
                run),
            cancellationToken);

    /// <inheritdoc/>
    public Task<int> InterruptAsync(ErrorInfo error, DateTimeOffset ended, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                List<Run> runs = c.Query($"SELECT {Columns} FROM runs WHERE {Unfinished}", Map);
                foreach (Run run in runs)
                {
                    // The clock may have been set back since.
                    DateTimeOffset began = run.Started ?? run.Created;
                    Execute(
                        c,
                        "UPDATE runs SET state = $state, ended = $ended, error = $error WHERE id = $id",
                        run with { State = RunState.Interrupted, Ended = ended > began ? ended : began, Error = error with { Target = run.Task ?? run.Repository } });
                }

                return runs.Count;
            },
            cancellationToken);

    private static void Insert(SqliteConnection connection, RunRecord run) => Execute(
        connection,
        """
        INSERT INTO runs (id, kind, state, task_id, task, agent, repository_id, repository, created, started, ended, progress, bytes_per_second, warnings, skipped, snapshot_id, error, optimization)
        VALUES ($id, $kind, $state, $task_id, $task, $agent, $repository_id, $repository, $created, $started, $ended, $progress, $rate, $warnings, $skipped, $snapshot, $error, $optimization)
        """,
        run.Run,
        ("$kind", run.Run.Kind.ToString()),
        ("$task_id", run.TaskId?.ToString()),
        ("$task", run.Run.Task),
        ("$agent", run.Run.Agent),
        ("$repository_id", run.RepositoryId),
        ("$repository", run.Run.Repository),
        ("$created", run.Run.Created));

    private static int Execute(SqliteConnection connection, string sql, Run run, params ReadOnlySpan<(string Name, object? Value)> further) =>
        connection.Execute(
            sql,
            [
                ("$id", run.Id.ToString()),
                ("$state", run.State.ToString()),
                ("$started", run.Started),
                ("$ended", run.Ended),
                ("$progress", JsonSerializer.Serialize(run.Progress, CatalogJson.Default.RunProgress)),
                ("$rate", run.BytesPerSecond),
                ("$warnings", run.Warnings),
                ("$skipped", run.Skipped),
                ("$snapshot", run.SnapshotId),
                ("$error", run.Error is null ? null : JsonSerializer.Serialize(run.Error, CatalogJson.Default.ErrorInfo)),
                ("$optimization", run.Optimization is null ? null : JsonSerializer.Serialize(run.Optimization, CatalogJson.Default.RepositoryOptimization)),
                .. further,
            ]);

    private static List<(long Ordinal, Run Run)> ReadPage(SqliteConnection connection, RunFilter filter, long before) =>
        connection.Query(
            $"""
            SELECT {Columns} FROM runs
            WHERE ordinal < $before AND ($kind IS NULL OR kind = $kind) AND ($state IS NULL OR state = $state) AND ($since IS NULL OR created >= $since)
            ORDER BY ordinal DESC LIMIT {PageSize}
            """,
            static row => (row.GetInt64(0), Map(row)),
            ("$before", before),
            ("$kind", filter.Kind?.ToString()),
            ("$state", filter.State?.ToString()),
            ("$since", filter.Since));

    private static Run Map(SqliteDataReader row) => new()
    {
        Id = Guid.Parse(row.GetString(1)),
        Kind = Enum.Parse<RunKind>(row.GetString(2)),
        State = Enum.Parse<RunState>(row.GetString(3)),
        Task = row.TextOrNull(4),
        Agent = row.TextOrNull(5),
        Repository = row.GetString(6),
        Created = row.Time(7),
        Started = row.TimeOrNull(8),
        Ended = row.TimeOrNull(9),
        Progress = JsonSerializer.Deserialize(row.GetString(10), CatalogJson.Default.RunProgress)!,
        BytesPerSecond = row.GetDouble(11),
        Warnings = row.GetInt64(12),
        Skipped = row.GetInt64(13),
        SnapshotId = row.TextOrNull(14),
        Error = row.TextOrNull(15) is { } error ? JsonSerializer.Deserialize(error, CatalogJson.Default.ErrorInfo) : null,
        Optimization = row.TextOrNull(16) is { } optimization ? JsonSerializer.Deserialize(optimization, CatalogJson.Default.RepositoryOptimization) : null,
    };
}
