using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>Anything that is shown as file or folder: live on an agent, or in a snapshot.</summary>
public sealed class HBItem : ServerObject
{
    internal HBItem(Item item, HBSession session)
        : base(session)
    {
        Path = item.Path;
        Name = item.Name;
        Kind = item.Kind;
        Size = item.Size;
        Modified = item.Modified;
        Mode = item.Mode;
        User = PrintableText.CleanOrNull(item.User);
        Group = PrintableText.CleanOrNull(item.Group);
        LinkTarget = PrintableText.CleanOrNull(item.LinkTarget);
        Agent = item.Agent;
        Source = item.Source;
        SnapshotId = item.SnapshotId;
        Repository = item.Repository;
    }

    /// <summary>The path inside the source or snapshot, '/' separated, without a leading '/'. Bytes that are no text stand as <c>\xHH</c>.</summary>
    public string Path { get; }

    /// <summary>The last part of the path.</summary>
    public string Name { get; }

    /// <summary>What the item is.</summary>
    public ItemKind Kind { get; }

    /// <summary>Length in bytes; null if unknown, and for everything but files.</summary>
    public long? Size { get; }

    /// <summary>When the content was last changed; null if unknown.</summary>
    public DateTimeOffset? Modified { get; }

    /// <summary>The twelve permission bits of POSIX; null where there are none.</summary>
    public int? Mode { get; }

    /// <summary>The owner; null if unknown.</summary>
    public string? User { get; }

    /// <summary>The group; null if unknown.</summary>
    public string? Group { get; }

    /// <summary>What a symbolic link points to.</summary>
    public string? LinkTarget { get; }

    /// <summary>The agent that the item lies on, or came from.</summary>
    public string? Agent { get; }

    /// <summary>The kind of source that shows the item.</summary>
    public string? Source { get; }

    /// <summary>The snapshot that holds the item; null for a live item.</summary>
    public string? SnapshotId { get; }

    /// <summary>The repository that holds the snapshot; null for a live item.</summary>
    public string? Repository { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
