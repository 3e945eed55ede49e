namespace HandyBackup.Contracts;

/// <summary>How much a line of a run's log matters.</summary>
public enum RunLogLevel
{
    /// <summary>What happened.</summary>
    Information,

    /// <summary>An item needs a look.</summary>
    Warning,

    /// <summary>The run failed for this.</summary>
    Error,
}
