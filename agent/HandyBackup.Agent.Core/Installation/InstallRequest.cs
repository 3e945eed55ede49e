using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>How the agent is to be installed.</summary>
public sealed record InstallRequest
{
    /// <summary>The server.</summary>
    public required ServerAddress Server { get; init; }

    /// <summary>The enrolment token; not needed by a machine that is an agent of this server already.</summary>
    public Secret? Token { get; init; }

    /// <summary>The name to ask the server for.</summary>
    public required string Name { get; init; }

    /// <summary>The folder that the program is copied from.</summary>
    public required string Source { get; init; }
}
