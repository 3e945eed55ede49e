namespace HandyBackup.Contracts;

/// <summary>What a node of a tree is; the names in JSON are those of restic's <c>Node.Type</c>.</summary>
public enum NodeType
{
    /// <summary><c>file</c></summary>
    File,

    /// <summary><c>dir</c></summary>
    Folder,

    /// <summary><c>symlink</c></summary>
    SymbolicLink,

    /// <summary><c>dev</c>: block device</summary>
    BlockDevice,

    /// <summary><c>chardev</c></summary>
    CharacterDevice,

    /// <summary><c>fifo</c></summary>
    Fifo,

    /// <summary><c>socket</c></summary>
    Socket,

    /// <summary><c>irregular</c>: something restic found no better name for</summary>
    Irregular,
}
