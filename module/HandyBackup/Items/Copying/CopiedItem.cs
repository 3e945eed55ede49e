using HandyBackup.Contracts;

namespace HandyBackup.Module.Items.Copying;

/// <summary>One item on its way.</summary>
internal sealed record CopiedItem
{
    /// <summary>Where it is, as its source names it.</summary>
    public required string Origin { get; init; }

    /// <summary>Its place below the destination, '/' separated, escaped as <see cref="ItemName"/> says.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required ItemKind Kind { get; init; }

    /// <summary>The length of a file's content in bytes; null if unknown.</summary>
    public long? Size { get; init; }

    /// <summary>When its content was last changed; null if unknown.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>The permission bits of POSIX; null where there are none.</summary>
    public int? Mode { get; init; }
}
