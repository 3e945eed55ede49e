namespace HandyBackup.Contracts;

/// <summary>How an item differs between two snapshots.</summary>
public enum ItemChange
{
    /// <summary>Only in the difference snapshot.</summary>
    Added,

    /// <summary>Only in the reference snapshot.</summary>
    Removed,

    /// <summary>The content differs.</summary>
    Modified,

    /// <summary>Content is equal; time, rights, owner or another attribute differs.</summary>
    MetadataChanged,

    /// <summary>It was one kind of item and is another.</summary>
    KindChanged,
}
