namespace HandyBackup.Testing;

/// <summary>What goes wrong with an item of a <see cref="MemoryTree"/> when a session touches it.</summary>
public enum MemoryFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A file cannot be opened.</summary>
    Unreadable,

    /// <summary>It is listed, and gone when it is opened or its folder is listed.</summary>
    Vanishes,

    /// <summary>A file can be read to its end, but was altered meanwhile.</summary>
    ChangesWhileRead,

    /// <summary>Reading a file, or listing a folder, fails after half of it.</summary>
    FailsMidway,

    /// <summary>A folder cannot be listed at all.</summary>
    CannotBeListed,

    /// <summary>The details cannot be read.</summary>
    DetailsUnreadable,

    /// <summary>The whole source is gone when the item is opened or listed.</summary>
    SourceLost,
}
