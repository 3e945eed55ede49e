namespace HandyBackup.Agent.Core.Backup;

/// <summary>How a file compares with the previous snapshot.</summary>
internal enum FileChange
{
    /// <summary>The previous snapshot has no file of this name here.</summary>
    New,

    /// <summary>It differs.</summary>
    Changed,

    /// <summary>It is the same.</summary>
    Unchanged,
}
