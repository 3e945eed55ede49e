namespace HandyBackup.Contracts;

/// <summary>What a restore would do with one item.</summary>
public sealed record RestorePlanItem
{
    /// <summary>The item's place below the destination.</summary>
    public required string Path { get; init; }

    /// <summary>What the item is.</summary>
    public required ItemKind Kind { get; init; }

    /// <summary>What would happen.</summary>
    public required RestoreAction Action { get; init; }

    /// <summary>Bytes that would be written.</summary>
    public long Bytes { get; init; }

    /// <summary>Why, where <see cref="Action"/> alone does not say it.</summary>
    public string? Reason { get; init; }
}
