namespace HandyBackup.Sources;

/// <summary>What an item of a source is.</summary>
public enum SourceItemKind
{
    /// <summary>Read as one stream.</summary>
    File,

    /// <summary>Contains items.</summary>
    Folder,

    /// <summary>A symbolic link; on Windows also a junction.</summary>
    SymbolicLink,

    /// <summary>A block device node.</summary>
    BlockDevice,

    /// <summary>A character device node.</summary>
    CharacterDevice,

    /// <summary>A named pipe.</summary>
    Fifo,

    /// <summary>A Unix socket.</summary>
    Socket,

    /// <summary>Something that can be named but not stored.</summary>
    Other,
}
