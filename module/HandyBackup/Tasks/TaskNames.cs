using HandyBackup.Contracts;

namespace HandyBackup.Module.Tasks;

/// <summary>Names the tasks that go along when what they use is removed: the user decides by this text.</summary>
internal static class TaskNames
{
    /// <summary><c> and the tasks a, b</c>; empty if there are none.</summary>
    public static async Task<string> AndTasksAsync(HBSession session, TaskQuery query, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (TaskInfo task in session.Connection.Tasks.ListAsync(query, cancellationToken))
        {
            names.Add(task.Definition.Name);
        }

        return names.Count == 0 ? "" : " and the tasks " + string.Join(", ", names);
    }
}
