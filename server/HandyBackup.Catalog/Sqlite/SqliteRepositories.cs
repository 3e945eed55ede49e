using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IRepositoryCatalog"/>
internal sealed class SqliteRepositories(SqliteDatabase database) : IRepositoryCatalog
{
    private const string Select = """
        SELECT id, name, path, format_version, compression_level, description, added, last_checked, sealed_password, sealed_next_password,
            removal_grace, sweep_grace, optimized_snapshots, removed_snapshots, parity_percent, verify_within
        FROM repositories
        """;

    /// <inheritdoc/>
    public async IAsyncEnumerable<RepositoryRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<RepositoryRecord> repositories = await database.ReadAsync(static c => c.Query(Select + " ORDER BY name_key", Map), cancellationToken);
        foreach (RepositoryRecord repository in repositories)
        {
            yield return repository;
        }
    }

    /// <inheritdoc/>
    public Task<RepositoryRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query(Select + " WHERE name_key = $key", Map, ("$key", NameKey.Of(name))).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(RepositoryRecord repository, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => ExecuteUnique(
                c,
                """
                INSERT INTO repositories (id, name, name_key, path, format_version, compression_level, description, added, last_checked, sealed_password, sealed_next_password,
                    removal_grace, sweep_grace, optimized_snapshots, removed_snapshots, parity_percent, verify_within)
                VALUES ($id, $name, $key, $path, $version, $level, $description, $added, $checked, $password, $next, $removal_grace, $sweep_grace, $optimized, $removed, $parity, $verify_within)
                """,
                repository),
            cancellationToken);

    /// <inheritdoc/>
    public Task UpdateAsync(RepositoryRecord repository, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                int changed = ExecuteUnique(
                    c,
                    """
                    UPDATE repositories SET name = $name, name_key = $key, path = $path, format_version = $version, compression_level = $level,
                        description = $description, sealed_password = $password, sealed_next_password = $next,
                        removal_grace = $removal_grace, sweep_grace = $sweep_grace, parity_percent = $parity, verify_within = $verify_within
                    WHERE id = $id
                    """,
                    repository);
                if (changed == 0)
                {
                    throw new HandyBackupException(ErrorCode.RepositoryNotFound, $"The repository '{repository.Name}' is no longer known.") { Target = repository.Name };
                }

                return c.Execute("UPDATE runs SET repository = $name WHERE repository_id = $id", ("$name", repository.Name), ("$id", repository.Id));
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task SetLastCheckedAsync(string id, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => c.Execute("UPDATE repositories SET last_checked = $time WHERE id = $id", ("$time", time), ("$id", id)),
            cancellationToken);

    /// <inheritdoc/>
    public Task SetOptimizedAsync(string id, int snapshots, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => c.Execute("UPDATE repositories SET optimized_snapshots = $count, removed_snapshots = 0 WHERE id = $id", ("$count", snapshots), ("$id", id)),
            cancellationToken);

    /// <inheritdoc/>
    public Task CountRemovedAsync(string id, int snapshots, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => c.Execute("UPDATE repositories SET removed_snapshots = removed_snapshots + $count WHERE id = $id", ("$count", snapshots), ("$id", id)),
            cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(string id, bool removeTasks, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (removeTasks)
                {
                    c.Execute("DELETE FROM tasks WHERE repository_id = $id", ("$id", id));
                }

                try
                {
                    return c.Execute("DELETE FROM repositories WHERE id = $id", ("$id", id));
                }
                catch (SqliteException exception) when (SqliteErrors.IsMissingReference(exception))
                {
                    throw new HandyBackupException(ErrorCode.RepositoryInUse, "Tasks still use the repository.", exception) { Target = id };
                }
            },
            cancellationToken);

    private static int ExecuteUnique(SqliteConnection connection, string sql, RepositoryRecord repository)
    {
        try
        {
            return connection.Execute(
                sql,
                ("$id", repository.Id),
                ("$name", repository.Name),
                ("$key", NameKey.Of(repository.Name)),
                ("$path", repository.Path),
                ("$version", repository.FormatVersion),
                ("$level", repository.CompressionLevel),
                ("$description", repository.Description),
                ("$added", repository.Added),
                ("$checked", repository.LastChecked),
                ("$password", repository.SealedPassword),
                ("$next", repository.SealedNextPassword),
                ("$removal_grace", (long)repository.RemovalGrace.TotalSeconds),
                ("$sweep_grace", (long)repository.SweepGrace.TotalSeconds),
                ("$optimized", repository.OptimizedSnapshots),
                ("$removed", repository.RemovedSnapshots),
                ("$parity", repository.ParityPercent),
                ("$verify_within", (long)repository.VerifyWithin.TotalSeconds));
        }
        catch (SqliteException exception) when (SqliteErrors.IsDuplicate(exception))
        {
            throw new HandyBackupException(ErrorCode.RepositoryExists, $"A repository named '{repository.Name}', or one at '{repository.Path}', is known already.", exception)
            {
                Target = repository.Name,
            };
        }
    }

    private static RepositoryRecord Map(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Path = row.GetString(2),
        FormatVersion = row.GetInt32(3),
        CompressionLevel = row.IsDBNull(4) ? null : row.GetInt32(4),
        Description = row.GetString(5),
        Added = row.Time(6),
        LastChecked = row.TimeOrNull(7),
        SealedPassword = row.GetFieldValue<byte[]>(8),
        SealedNextPassword = row.BytesOrNull(9),
        RemovalGrace = TimeSpan.FromSeconds(row.GetInt64(10)),
        SweepGrace = TimeSpan.FromSeconds(row.GetInt64(11)),
        OptimizedSnapshots = row.IsDBNull(12) ? null : row.GetInt32(12),
        RemovedSnapshots = row.GetInt32(13),
        ParityPercent = row.GetInt32(14),
        VerifyWithin = TimeSpan.FromSeconds(row.GetInt64(15)),
    };
}
