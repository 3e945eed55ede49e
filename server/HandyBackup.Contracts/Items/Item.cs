namespace HandyBackup.Contracts;

/// <summary>Anything that is shown as file or folder: live on an agent, or in a snapshot.</summary>
public sealed record Item
{
    /// <summary>The path inside the source or snapshot, '/' separated, without a leading '/'; escaped as <see cref="ItemName"/> says.</summary>
    public required string Path { get; init; }

    /// <summary>The last part of the path.</summary>
    public required string Name { get; init; }

    /// <summary>What the item is.</summary>
    public required ItemKind Kind { get; init; }

    /// <summary>Length in bytes; null if unknown, and for everything but files.</summary>
    public long? Size { get; init; }

    /// <summary>When the content was last changed, to 100 ns; null if unknown.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>The twelve permission bits of POSIX; null where there are none.</summary>
    public int? Mode { get; init; }

    /// <summary>The owner's name, or number where no name is known; null if unknown.</summary>
    public string? User { get; init; }

    /// <summary>The group's name, or number where no name is known; null if unknown.</summary>
    public string? Group { get; init; }

    /// <summary>What a symbolic link points to.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The agent that the item lies on, or came from.</summary>
    public string? Agent { get; init; }

    /// <summary>The kind of source that shows the item.</summary>
    public string? Source { get; init; }

    /// <summary>The id of the snapshot that holds the item; null for a live item.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>The repository that holds the snapshot; null for a live item.</summary>
    public string? Repository { get; init; }
}
