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

    /// <summary>No such group of agents.</summary>
    public static HandyBackupException AgentGroup(string name) => Create(ErrorCode.AgentGroupNotFound, "group of agents", name, "Get-HBAgentGroup");

    /// <summary>No such enrolment token.</summary>
    public static HandyBackupException EnrollmentToken(string id) => Create(ErrorCode.EnrollmentTokenNotFound, "enrolment token", id, "Get-HBEnrollmentToken");

    /// <summary>No such run.</summary>
    public static HandyBackupException Run(Guid id) => Create(ErrorCode.RunNotFound, "run", id.ToString(), "Get-HBRun");

    /// <summary>No such snapshot.</summary>
    public static HandyBackupException Snapshot(string id) => Create(ErrorCode.SnapshotNotFound, "snapshot", id, "Get-HBSnapshot");

    /// <summary>No such user.</summary>
    public static HandyBackupException User(string name) => Create(ErrorCode.UserNotFound, "user", name, "Get-HBUser");

    /// <summary>No such API token.</summary>
    public static HandyBackupException ApiToken(string name) => Create(ErrorCode.ApiTokenNotFound, "API token", name, "Get-HBApiToken");

    private static HandyBackupException Create(ErrorCode code, string noun, string target, string lister) => new(code, $"There is no {noun} '{target}'.")
    {
        Target = target,
        Advice = $"{lister} lists what there is.",
    };
}
