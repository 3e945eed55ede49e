namespace HandyBackup.Contracts;

/// <summary>What a run does.</summary>
public enum RunKind
{
    /// <summary>Makes a snapshot.</summary>
    Backup,

    /// <summary>Writes items of a snapshot to an agent.</summary>
    Restore,

    /// <summary>Examines a repository.</summary>
    Check,

    /// <summary>Removes from a repository what no snapshot needs.</summary>
    Optimize,

    /// <summary>Repairs a repository.</summary>
    Repair,

    /// <summary>Copies a snapshot to another repository.</summary>
    Copy,
}
