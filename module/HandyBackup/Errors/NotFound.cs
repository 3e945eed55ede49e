using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>The errors for names and ids that a listing did not yield.</summary>
internal static class NotFound
{
    /// <summary>No such repository.</summary>
    public static HandyBackupException Repository(string name) => Create(ErrorCode.RepositoryNotFound, "repository", name, "Get-HBRepository");

    /// <summary>No such task.</summary>
    public static HandyBackupException Task(string name) => Create(ErrorCode.TaskNotFound, "task", name, "Get-HBTask");

    /// <summary>No such agent.</summary>
    public static HandyBackupException Agent(string name) => Create(ErrorCode.AgentNotFound, "agent", name, "Get-HBAgent");

    /// <summary>No such run.</summary>
    public static HandyBackupException Run(Guid id) => Create(ErrorCode.RunNotFound, "run", id.ToString(), "Get-HBRun");

    /// <summary>No such snapshot.</summary>
    public static HandyBackupException Snapshot(string id) => Create(ErrorCode.SnapshotNotFound, "snapshot", id, "Get-HBSnapshot");

    private static HandyBackupException Create(ErrorCode code, string noun, string target, string lister) => new(code, $"There is no {noun} '{target}'.")
    {
        Target = target,
        Advice = $"{lister} lists what there is.",
    };
}
