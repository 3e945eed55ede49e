namespace HandyBackup.Contracts;

/// <summary>One difference between two snapshots.</summary>
public sealed record ItemDifference
{
    /// <summary>The item's path.</summary>
    public required string Path { get; init; }

    /// <summary>What differs.</summary>
    public required ItemChange Change { get; init; }

    /// <summary>The item in the reference snapshot; null if it is not there.</summary>
    public Item? Reference { get; init; }

    /// <summary>The item in the difference snapshot; null if it is not there.</summary>
    public Item? Difference { get; init; }
}
