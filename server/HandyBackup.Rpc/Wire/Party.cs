namespace HandyBackup.Rpc.Wire;

/// <summary>One side of a connection, as messages to users name it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Program">What is updated when it is too old.</param>
/// <param name="UpdateAdvice">What to do when it does not know a method that the other side calls.</param>
/// <param name="LostAdvice">What to do when the connection to it breaks.</param>
internal sealed record Party(string Name, string Program, string UpdateAdvice, string LostAdvice)
{
    /// <summary>A panel, as servers see it.</summary>
    public static Party Panel { get; } = new(
        "panel",
        "the HandyBackup module on the panel's machine",
        "Update the HandyBackup module to the version of the server.",
        "Connect again.");

    /// <summary>An agent, as servers see it.</summary>
    public static Party Agent { get; } = new(
        "agent",
        "the agent",
        "Update the agent to the version of the server.",
        "See that its machine is on and can reach the server. The agent connects again by itself.");

    /// <summary>A machine that is to become an agent, as servers see it.</summary>
    public static Party NewAgent { get; } = new(
        "new agent",
        "the agent",
        "Update the agent to the version of the server.",
        "See that the machine is on and can reach the server, and enrol it again.");

    /// <summary>The server, as panels see it.</summary>
    public static Party Server { get; } = new(
        "server",
        "the server",
        "Update the server to the version of the HandyBackup module.",
        "Check that the server runs, then connect again with Connect-HBServer. A run that was started goes on without the connection.");

    /// <summary>The server, as machines see it that are to become its agents.</summary>
    public static Party ServerOfNewAgent { get; } = new(
        "server",
        "the server",
        "Update the server to the version of its agents.",
        "Enrol again with the same token: what the server has granted already, it grants again.");

    /// <summary>The server, as agents see it.</summary>
    public static Party ServerOfAgent { get; } = new(
        "server",
        "the server",
        "Update the server to the version of its agents.",
        "The agent connects again by itself.");
}
