using System.Runtime.CompilerServices;
using System.Text.Json;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="ITaskCatalog"/>
internal sealed class SqliteTasks(SqliteDatabase database) : ITaskCatalog
{
    private const string Select = """
        SELECT t.id, t.name, t.agent, t.repository_id, r.name, t.source, t.options, t.sealed_options, t.paths, t.tags, t.description, t.created,
            g.name, t.start_window
        FROM tasks t JOIN repositories r ON r.id = t.repository_id LEFT JOIN agent_groups g ON g.id = t.group_id
        """;

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<TaskRecord> tasks = await database.ReadAsync(static c => c.Query(Select + " ORDER BY t.name_key", Map), cancellationToken);
        foreach (TaskRecord task in tasks)
        {
            yield return task;
        }
    }

    /// <inheritdoc/>
    public Task<TaskRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query(Select + " WHERE t.name_key = $key", Map, ("$key", NameKey.Of(name))).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(TaskRecord task, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => ExecuteChecked(
                c,
                """
                INSERT INTO tasks (id, name, name_key, agent, group_id, start_window, repository_id, source, options, sealed_options, paths, tags, description, created)
                VALUES ($id, $name, $key, $agent, $group, $window, $repository, $source, $options, $sealed, $paths, $tags, $description, $created)
                """,
                task),
            cancellationToken);

    /// <inheritdoc/>
    public Task UpdateAsync(TaskRecord task, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                int changed = ExecuteChecked(
                    c,
                    """
                    UPDATE tasks SET name = $name, name_key = $key, agent = $agent, group_id = $group, start_window = $window, repository_id = $repository, source = $source,
                        options = $options, sealed_options = $sealed, paths = $paths, tags = $tags, description = $description, created = $created
                    WHERE id = $id
                    """,
                    task);
                if (changed == 0)
                {
                    throw new HandyBackupException(ErrorCode.TaskNotFound, $"The task '{task.Definition.Name}' is no longer known.") { Target = task.Definition.Name };
                }

                return c.Execute("UPDATE runs SET task = $name WHERE task_id = $id", ("$name", task.Definition.Name), ("$id", task.Id.ToString()));
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(Guid id, CancellationToken cancellationToken) =>
        database.WriteAsync(c => c.Execute("DELETE FROM tasks WHERE id = $id", ("$id", id.ToString())), cancellationToken);

    private static int ExecuteChecked(SqliteConnection connection, string sql, TaskRecord task)
    {
        TaskDefinition definition = task.Definition;
        try
        {
            return connection.Execute(
                sql,
                ("$id", task.Id.ToString()),
                ("$name", definition.Name),
                ("$key", NameKey.Of(definition.Name)),
                ("$agent", definition.Agent),
                ("$group", SqliteAgentGroups.IdOf(connection, definition.Group)),
                ("$window", definition.StartWindow.Ticks),
                ("$repository", task.RepositoryId),
                ("$source", definition.Selection.Source),
                ("$options", JsonSerializer.Serialize(new Dictionary<string, JsonElement>(definition.Selection.Options), CatalogJson.Default.DictionaryStringJsonElement)),
                ("$sealed", task.SealedOptions),
                ("$paths", CatalogJson.Write(definition.Selection.Paths)),
                ("$tags", CatalogJson.Write(definition.Tags)),
                ("$description", definition.Description),
                ("$created", task.Created));
        }
        catch (SqliteException exception) when (SqliteErrors.IsMissingReference(exception))
        {
            throw new HandyBackupException(ErrorCode.RepositoryNotFound, $"No repository named '{definition.Repository}' is known.", exception) { Target = definition.Repository };
        }
        catch (SqliteException exception) when (SqliteErrors.IsDuplicate(exception))
        {
            throw new HandyBackupException(ErrorCode.TaskExists, $"A task named '{definition.Name}' exists already.", exception)
            {
                Target = definition.Name,
                Advice = "Choose another name, or change the existing task.",
            };
        }
    }

    private static TaskRecord Map(SqliteDataReader row) => new()
    {
        Id = Guid.Parse(row.GetString(0)),
        RepositoryId = row.GetString(3),
        SealedOptions = row.BytesOrNull(7),
        Created = row.Time(11),
        Definition = new TaskDefinition
        {
            Name = row.GetString(1),
            Agent = row.GetString(2),
            Group = row.TextOrNull(12),
            StartWindow = new TimeSpan(row.GetInt64(13)),
            Repository = row.GetString(4),
            Tags = CatalogJson.ReadTexts(row.GetString(9)),
            Description = row.GetString(10),
            Selection = new SourceSelection
            {
                Source = row.GetString(5),
                Options = JsonSerializer.Deserialize(row.GetString(6), CatalogJson.Default.DictionaryStringJsonElement)!,
                Paths = CatalogJson.ReadTexts(row.GetString(8)),
            },
        },
    };
}
