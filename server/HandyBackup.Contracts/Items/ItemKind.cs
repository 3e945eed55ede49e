namespace HandyBackup.Contracts;

/// <summary>What an item is.</summary>
public enum ItemKind
{
    /// <summary>A file, or anything else that is read as one stream.</summary>
    File,

    /// <summary>A folder, or anything else that contains items.</summary>
    Folder,

    /// <summary>A symbolic link (on Windows also a junction).</summary>
    SymbolicLink,

    /// <summary>A block device node.</summary>
    BlockDevice,

    /// <summary>A character device node.</summary>
    CharacterDevice,

    /// <summary>A named pipe.</summary>
    Fifo,

    /// <summary>A Unix socket.</summary>
    Socket,

    /// <summary>Something else.</summary>
    Other,
}
