using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A group of agents: those that are listed, and those that fit its rule.</summary>
public sealed class HBAgentGroup : ServerObject
{
    internal HBAgentGroup(AgentGroupInfo info, HBSession session)
        : base(session)
    {
        Name = PrintableText.Clean(info.Name);
        Description = PrintableText.Clean(info.Description);
        AgentPattern = PrintableText.CleanOrNull(info.Rule?.Name);
        OperatingSystem = PrintableText.CleanOrNull(info.Rule?.OperatingSystem);
        Kind = info.Rule?.Kind;
        Tag = info.Rule is null ? [] : PrintableText.CleanAll(info.Rule.Tags);
        Listed = PrintableText.CleanAll(info.Listed);
        Members = PrintableText.CleanAll(info.Members);
        Created = info.Created;
    }

    /// <summary>The name, unique on the server.</summary>
    public string Name { get; }

    /// <summary>The name again, for commands that take a group among other things.</summary>
    public string Group => Name;

    /// <summary>What people should know of it.</summary>
    public string Description { get; }

    /// <summary>Of its rule: names of agents, with wildcards; null for any.</summary>
    public string? AgentPattern { get; }

    /// <summary>Of its rule: operating systems, with wildcards; null for any.</summary>
    public string? OperatingSystem { get; }

    /// <summary>Of its rule: the kind of agent; null for any.</summary>
    public AgentKind? Kind { get; }

    /// <summary>Of its rule: tags that agents must have, all of them.</summary>
    public string[] Tag { get; }

    /// <summary>The agents that are listed.</summary>
    public string[] Listed { get; }

    /// <summary>All agents that belonged to it when the server was asked.</summary>
    public string[] Members { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
