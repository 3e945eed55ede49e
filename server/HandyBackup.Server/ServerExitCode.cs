namespace HandyBackup.Server;

/// <summary>What the process ends with.</summary>
public enum ServerExitCode
{
    /// <summary>It was stopped.</summary>
    Stopped = 0,

    /// <summary>It could not start, or failed; the error says why.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>Another server already works on the data path.</summary>
    DataPathInUse = 3,
}
