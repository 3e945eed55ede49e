namespace HandyBackup.Sources;

/// <summary>What went wrong at a source.</summary>
public enum SourceError
{
    /// <summary>An option has a value that the source cannot take.</summary>
    OptionInvalid,

    /// <summary>The source as a whole cannot be reached or read.</summary>
    Unavailable,

    /// <summary>There is no such item.</summary>
    NotFound,

    /// <summary>The item was there when its folder was listed and is gone.</summary>
    Vanished,

    /// <summary>The item cannot be read: access refused, input/output error, failed dump.</summary>
    Unreadable,

    /// <summary>The item is of a kind that cannot be handled here.</summary>
    Unsupported,

    /// <summary>The restore destination is not a folder.</summary>
    DestinationNotFolder,

    /// <summary>The restore destination cannot be written.</summary>
    DestinationNotWritable,

    /// <summary>The place of the item lies outside the destination.</summary>
    DestinationEscapes,

    /// <summary>No space is left at the restore destination.</summary>
    DestinationFull,

    /// <summary>The item could not be written.</summary>
    NotWritten,

    /// <summary>The item is one that must neither be read, written nor removed on behalf of somebody elsewhere.</summary>
    Protected,

    /// <summary>The content of the folder is left out of backups, as the agent wants it: nothing went wrong.</summary>
    LeftOut,

    /// <summary>The folder could not be removed, as there is something in it.</summary>
    FolderNotEmpty,

    /// <summary>The item could not be removed.</summary>
    NotRemoved,
}
