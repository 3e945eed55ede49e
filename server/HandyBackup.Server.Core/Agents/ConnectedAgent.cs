using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>An agent that can be given orders now.</summary>
/// <param name="Description">What it says of itself.</param>
/// <param name="Agent">Where orders go.</param>
/// <param name="IsEmbedded">True for the agent inside the server's own process: what it hashed need not be hashed again.</param>
internal sealed record ConnectedAgent(AgentDescription Description, IAgent Agent, bool IsEmbedded)
{
    /// <summary>The description of a kind of source.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SourceUnknown"/>.</exception>
    public SourceDescription FindSource(string kind) =>
        Description.Sources.FirstOrDefault(source => string.Equals(source.Kind, kind, StringComparison.OrdinalIgnoreCase))
        ?? throw new HandyBackupException(ErrorCode.SourceUnknown, $"The agent '{Description.Name}' has no source '{kind}'.")
        {
            Target = kind,
            Advice = $"It has: {string.Join(", ", Description.Sources.Select(source => source.Kind))}.",
        };
}
