namespace HandyBackup.Module;

/// <summary>What a check says of a repository.</summary>
public enum RepositoryCondition
{
    /// <summary>Everything that was examined is as it should be.</summary>
    Sound,

    /// <summary>Something is missing or altered.</summary>
    Damaged,

    /// <summary>The check did not get to its end.</summary>
    Unknown,
}
