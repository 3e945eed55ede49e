using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>An agent that can be given orders now. Each connection of an agent makes another object.</summary>
internal sealed class ConnectedAgent
{
    /// <summary>The agent's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>What sort of machine it is, as the server has granted.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>What it says of itself, under the name that the server knows it by.</summary>
    public required AgentDescription Description { get; init; }

    /// <summary>Where orders go.</summary>
    public required IAgent Agent { get; init; }

    /// <summary>True for the agent inside the server's own process: what it hashed need not be hashed again, and it is never lost.</summary>
    public required bool IsEmbedded { get; init; }

    /// <summary>Ends when the connection has; never fails.</summary>
    public required Task Ended { get; init; }

    /// <summary>The description of a kind of source that the agent may use.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SourceUnknown"/> or <see cref="ErrorCode.AgentKindInsufficient"/>.</exception>
    public SourceDescription FindSource(string kind)
    {
        SourceDescription source = Description.Sources.FirstOrDefault(source => string.Equals(source.Kind, kind, StringComparison.OrdinalIgnoreCase))
            ?? throw new HandyBackupException(ErrorCode.SourceUnknown, $"The agent '{Description.Name}' has no source '{kind}'.")
            {
                Target = kind,
                Advice = $"It has: {string.Join(", ", Description.Sources.Select(source => source.Kind))}.",
            };
        return Kind == AgentKind.Server || !source.NeedsServerAgent
            ? source
            : throw new HandyBackupException(ErrorCode.AgentKindInsufficient, $"The source '{source.Kind}' needs an agent of server kind, and '{Description.Name}' is a workstation's.")
            {
                Target = Description.Name,
                Advice = "Enrol the machine with a token for servers.",
            };
    }
}
