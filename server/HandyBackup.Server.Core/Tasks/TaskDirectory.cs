using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Finds tasks by name.</summary>
internal sealed class TaskDirectory(ICatalog catalog)
{
    /// <summary>The task of this name.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskNotFound"/>.</exception>
    public async Task<TaskRecord> FindAsync(string name, CancellationToken cancellationToken) =>
        await catalog.Tasks.FindAsync(name, cancellationToken)
        ?? throw NotFound(name);

    /// <summary>What is said of a task that nobody knows.</summary>
    public static HandyBackupException NotFound(string name) =>
        new(ErrorCode.TaskNotFound, $"No task named '{name}' is known.") { Target = name, Advice = "List the tasks, or create one." };

    /// <summary>Lists the tasks that fit, by name.</summary>
    public async IAsyncEnumerable<TaskRecord> ListAsync(TaskQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = new NameFilter(query.Name);
        await foreach (TaskRecord task in catalog.Tasks.ListAsync(cancellationToken))
        {
            if (name.Matches(task.Definition.Name) && IsOrAny(query.Repository, task.Definition.Repository) && IsOrAny(query.Agent, task.Definition.Agent)
                && IsOrAny(query.Group, task.Definition.Group ?? ""))
            {
                yield return task;
            }
        }
    }

    private static bool IsOrAny(string? wanted, string name) => wanted is null || NameKey.Of(wanted) == NameKey.Of(name);
}
