namespace HandyBackup.Contracts;

/// <summary>Who a connection's calls are judged as.</summary>
public sealed record CallerInfo
{
    /// <summary>What sort of caller it is.</summary>
    public required CallerKind Kind { get; init; }

    /// <summary>The name of the user or token, or how the local administrator is known to the machine.</summary>
    public required string Name { get; init; }

    /// <summary>What it was granted; empty for the local administrator, who may do everything.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];
}
