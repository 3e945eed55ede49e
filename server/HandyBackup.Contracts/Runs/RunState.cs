namespace HandyBackup.Contracts;

/// <summary>Where a run is in its life.</summary>
public enum RunState
{
    /// <summary>Accepted, waiting for its turn.</summary>
    Queued,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Ended; everything was done.</summary>
    Completed,

    /// <summary>Ended; everything was done but for the items that the log names.</summary>
    CompletedWithWarnings,

    /// <summary>Ended by an error; a backup made no snapshot.</summary>
    Failed,

    /// <summary>Ended because somebody stopped it.</summary>
    Cancelled,

    /// <summary>The server ended while the run was under way. What it stored is used by the next run.</summary>
    Interrupted,
}
