namespace HandyBackup.Contracts;

/// <summary>What a queued run waits for.</summary>
public enum RunWait
{
    /// <summary>Its moment in the start window of its task.</summary>
    StartWindow,

    /// <summary>Another run on the server to end.</summary>
    Server,

    /// <summary>Another run on its repository to end.</summary>
    Repository,

    /// <summary>Another run on its agent to end.</summary>
    Agent,
}
