using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <summary>
/// The tasks of one agent, within the caller's transaction. A task names its agent, so no name may pass to another agent while tasks have it: they, and the
/// secrets in their options, would pass with it.
/// </summary>
internal static class SqliteAgentTasks
{
    /// <summary>Removes the tasks of an agent that is to be removed.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentInUse"/> if there are any and they are to stay.</exception>
    public static void Remove(SqliteConnection connection, string agent, bool removeTasks)
    {
        foreach ((string id, string name) in Find(connection, agent))
        {
            if (!removeTasks)
            {
                throw new HandyBackupException(ErrorCode.AgentInUse, $"The task '{name}' still uses the agent '{agent}'.")
                {
                    Target = agent,
                    Advice = "Remove its tasks first, or with it: a later agent of this name must not be given their work.",
                };
            }

            connection.Execute("DELETE FROM tasks WHERE id = $id", ("$id", id));
        }
    }

    /// <summary>Lets tasks follow an agent that gets another name.</summary>
    public static void Rename(SqliteConnection connection, string agent, string newName)
    {
        foreach ((string id, _) in Find(connection, agent))
        {
            connection.Execute("UPDATE tasks SET agent = $agent WHERE id = $id", ("$agent", newName), ("$id", id));
        }
    }

    // A task may name its agent in another case, and SQLite's upper() knows only ASCII.
    private static List<(string Id, string Name)> Find(SqliteConnection connection, string agent)
    {
        string key = NameKey.Of(agent);
        List<(string Id, string Name, string Agent)> tasks = connection.Query("SELECT id, name, agent FROM tasks ORDER BY name_key", static row => (row.GetString(0), row.GetString(1), row.GetString(2)));
        return [.. tasks.Where(task => NameKey.Of(task.Agent) == key).Select(task => (task.Id, task.Name))];
    }
}
