using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A machine that a server backs up.</summary>
public sealed class HBAgent : ServerObject
{
    internal HBAgent(AgentInfo info, HBSession session)
        : base(session)
    {
        AgentDescription description = info.Description;
        Name = PrintableText.Clean(description.Name);
        HostName = PrintableText.Clean(description.HostName);
        OperatingSystem = PrintableText.Clean(description.OperatingSystem);
        UserName = PrintableText.Clean(description.UserName);
        Version = PrintableText.Clean(description.Version);
        IsOnline = info.IsOnline;
        IsEmbedded = info.IsEmbedded;
        Id = info.Id;
        Kind = info.Kind;
        Status = info.Status;
        Groups = PrintableText.CleanAll(info.Groups);
        Tag = PrintableText.CleanAll(info.Tags);
        Enrolled = info.Enrolled;
        LastSeen = info.LastSeen;
        LastAddress = info.LastAddress;
        Sources = new HBSource[description.Sources.Count];
        for (int i = 0; i < Sources.Length; i++)
        {
            Sources[i] = new HBSource(description.Sources[i]);
        }
    }

    /// <summary>The agent's name, unique on its server.</summary>
    public string Name { get; }

    /// <summary>The name again, for commands that take an agent among other things.</summary>
    public string Agent => Name;

    /// <summary>The machine's host name.</summary>
    public string HostName { get; }

    /// <summary>The operating system with its version.</summary>
    public string OperatingSystem { get; }

    /// <summary>The account that the agent runs as.</summary>
    public string UserName { get; }

    /// <summary>The agent's product version.</summary>
    public string Version { get; }

    /// <summary>True while it is connected.</summary>
    public bool IsOnline { get; }

    /// <summary>True for the agent inside the server's own process.</summary>
    public bool IsEmbedded { get; }

    /// <summary>The agent's id. Never changes.</summary>
    public Guid Id { get; }

    /// <summary>What sort of machine it is, as the server has granted.</summary>
    public AgentKind Kind { get; }

    /// <summary>Whether the server works with it.</summary>
    public AgentStatus Status { get; }

    /// <summary>The groups that it belonged to when the server was asked.</summary>
    public string[] Groups { get; }

    /// <summary>What an administrator marked it with.</summary>
    public string[] Tag { get; }

    /// <summary>When it became known to the server.</summary>
    public DateTimeOffset Enrolled { get; }

    /// <summary>When it was last connected; null if never.</summary>
    public DateTimeOffset? LastSeen { get; }

    /// <summary>The network address that it last came from; null if it never came over a network.</summary>
    public string? LastAddress { get; }

    /// <summary>The kinds of source it offers, each with its options.</summary>
    public HBSource[] Sources { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
