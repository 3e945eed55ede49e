namespace HandyBackup.Rpc.Wire;

/// <summary>
/// The prefix of each interface's method names on the wire. Without one, equal method names of two interfaces on one connection
/// would answer for each other, and nothing would say so.
/// </summary>
internal static class MethodPrefix
{
    public const string Server = "server.";
    public const string Repositories = "repositories.";
    public const string Tasks = "tasks.";
    public const string Runs = "runs.";
    public const string Agents = "agents.";
    public const string Snapshots = "snapshots.";
    public const string Items = "items.";
    public const string EnrollmentTokens = "enrollmentTokens.";
    public const string AgentGroups = "agentGroups.";
    public const string Settings = "settings.";
    public const string Login = "login.";
    public const string Users = "users.";
    public const string ApiTokens = "apiTokens.";
    public const string RemovalRequests = "removalRequests.";
    public const string AuditLog = "auditLog.";

    /// <summary>What an agent carries out for its server.</summary>
    public const string Agent = "agent.";

    /// <summary>What a server carries out for its agents.</summary>
    public const string Gateway = "gateway.";

    /// <summary>What a server carries out for machines that are to become agents.</summary>
    public const string Enrollment = "enrollment.";
}
