namespace HandyBackup.Benchmarks.Measuring;

/// <summary>What is timed, in the order in which it is done to one repository.</summary>
internal enum Operation
{
    /// <summary>A backup into an empty repository.</summary>
    FirstBackup,

    /// <summary>The same backup again, with nothing changed in between.</summary>
    UnchangedBackup,

    /// <summary>The same backup again, after the workload changed its files.</summary>
    ChangedBackup,

    /// <summary>Everything into an empty folder.</summary>
    Restore,

    /// <summary>A check that reads and verifies all data.</summary>
    Check,

    /// <summary>Giving back the space of the older half of many snapshots, which were forgotten before.</summary>
    Prune,
}
