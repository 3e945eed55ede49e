using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What a permission is needed for: a thing of an agent or a group of agents, of a repository, or of both.</summary>
/// <param name="Agent">The agent's name; null if the thing has none.</param>
/// <param name="Repository">The repository's name; null if the thing has none.</param>
/// <param name="Group">The name of the group, whoever belongs to it; null if the thing has none.</param>
internal readonly record struct AccessSubject(string? Agent, string? Repository, string? Group = null)
{
    /// <summary>A task as a whole.</summary>
    public static AccessSubject Of(TaskDefinition task) => task.Group is { } group ? new(null, task.Repository, group) : new(task.Agent, task.Repository);
}
