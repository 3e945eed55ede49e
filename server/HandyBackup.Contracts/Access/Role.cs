namespace HandyBackup.Contracts;

/// <summary>A named set of permissions.</summary>
public enum Role
{
    /// <summary>Everything.</summary>
    Administrator,

    /// <summary>Keeps backups running: tasks and runs.</summary>
    Operator,

    /// <summary>Finds items in snapshots and restores them.</summary>
    RestoreOperator,

    /// <summary>Sees what the server does, and its audit log, and changes nothing.</summary>
    Auditor,
}
