namespace HandyBackup.Contracts;

/// <summary>What a method needs of whoever calls it. Which role has which is the server's to say.</summary>
public enum Permission
{
    /// <summary>Nothing: answered before a login.</summary>
    Anybody,

    /// <summary>To be logged in, whoever it is.</summary>
    OwnAccount,

    /// <summary>To list what the server knows, content and secrets excepted.</summary>
    View,

    /// <summary>To list items, live and stored.</summary>
    Browse,

    /// <summary>To restore.</summary>
    Restore,

    /// <summary>To read, write and remove files on agents.</summary>
    ManageItems,

    /// <summary>To start tasks, checks and copies, and to stop runs.</summary>
    Operate,

    /// <summary>To make, change and remove tasks.</summary>
    ManageTasks,

    /// <summary>To make, change and repair repositories.</summary>
    ManageRepositories,

    /// <summary>To remove snapshots and repositories.</summary>
    RemoveData,

    /// <summary>To enrol, approve, suspend and remove agents.</summary>
    ManageAgents,

    /// <summary>To stop, set up and save the server.</summary>
    ManageServer,

    /// <summary>To say who may do what.</summary>
    ManageAccess,

    /// <summary>To approve or deny what another administrator wants to remove.</summary>
    ApproveRemoval,

    /// <summary>To read and verify the audit log.</summary>
    ReadAuditLog,
}
