namespace HandyBackup.Repository;

/// <summary>How a repository is to be pruned.</summary>
public sealed record PruneOptions
{
    /// <summary>How much of the repository may be unneeded data in packs that are partly needed, in percent: 0 rewrites every such pack, 100 none.</summary>
    public double MaxUnusedPercent { get; init; } = 5;

    /// <summary>How long a removed snapshot can be restored, and its data stays.</summary>
    public TimeSpan RemovalGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long the file of a pack stays after the pack left the index.</summary>
    public TimeSpan SweepGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long to wait for the locks of other programs.</summary>
    public TimeSpan LockWait { get; init; }

    /// <summary>The least number of snapshots that must be listed; null if nothing is known.</summary>
    public int? LeastSnapshots { get; init; }

    /// <summary>Remembers when data was verified; null to let packs that are rewritten count as never verified.</summary>
    public IVerificationRecord? Record { get; init; }

    /// <summary>True to go on although snapshots are missing.</summary>
    public bool Force { get; init; }

    /// <summary>True to find out what would be done, and to change nothing.</summary>
    public bool PlanOnly { get; init; }
}
