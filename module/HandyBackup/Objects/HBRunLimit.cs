using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>How many runs work at once.</summary>
public sealed class HBRunLimit : ServerObject
{
    internal HBRunLimit(RunLimits limits, HBSession session)
        : base(session)
    {
        Total = limits.Total;
        PerRepository = limits.PerRepository;
        PerAgent = limits.PerAgent;
    }

    /// <summary>On the whole server.</summary>
    public int Total { get; }

    /// <summary>On one repository.</summary>
    public int PerRepository { get; }

    /// <summary>On one agent.</summary>
    public int PerAgent { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Total} at once, {PerRepository} on a repository, {PerAgent} on an agent";
}
