namespace HandyBackup.Repository;

/// <summary>What a repair did about one thing.</summary>
public enum RepairOutcome
{
    /// <summary>A damaged or lost file is again what it was, by its parity.</summary>
    Healed,

    /// <summary>What was still sound in a damaged pack was stored anew.</summary>
    Salvaged,

    /// <summary>Blobs that were lost here were taken from another repository.</summary>
    Fetched,

    /// <summary>Index files were made anew.</summary>
    Rebuilt,

    /// <summary>Files got parity, or got it anew.</summary>
    Protected,

    /// <summary>A file that nothing needs any more was removed.</summary>
    Removed,

    /// <summary>Content is lost, or a file cannot be repaired.</summary>
    Lost,
}
