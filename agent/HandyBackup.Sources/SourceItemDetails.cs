namespace HandyBackup.Sources;

/// <summary>What must be asked for item by item, and is only when an item is new or changed.</summary>
public sealed record SourceItemDetails
{
    /// <summary>An item without any details.</summary>
    public static SourceItemDetails None { get; } = new();

    /// <summary>The owner's name, or empty.</summary>
    public string User { get; init; } = "";

    /// <summary>The group's name, or empty.</summary>
    public string Group { get; init; } = "";

    /// <summary>The raw bytes that a symbolic link points to.</summary>
    public ReadOnlyMemory<byte> LinkTarget { get; init; }

    /// <summary>Extended attributes with their full names, in the order the system gave them; null if there are none.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>>? ExtendedAttributes { get; init; }

    /// <summary>Windows file attributes (FILE_ATTRIBUTE_*); null elsewhere.</summary>
    public uint? WindowsAttributes { get; init; }

    /// <summary>When the item was created, where the system keeps and can set it (Windows); null elsewhere.</summary>
    public SourceTime? Created { get; init; }
}
