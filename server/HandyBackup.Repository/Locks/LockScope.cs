namespace HandyBackup.Repository;

/// <summary>Whom a lock keeps out.</summary>
public enum LockScope
{
    /// <summary>Whoever wants the repository for itself.</summary>
    Shared,

    /// <summary>Everybody.</summary>
    Everybody,

    /// <summary>
    /// Everybody but those who work with the same <see cref="OpenRepository"/>: for work that is coordinated with theirs in memory. To others its
    /// file is a common exclusive lock.
    /// </summary>
    Others,
}
