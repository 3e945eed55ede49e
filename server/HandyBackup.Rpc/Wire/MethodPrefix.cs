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
}
