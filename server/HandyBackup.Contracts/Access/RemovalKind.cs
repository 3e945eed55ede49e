namespace HandyBackup.Contracts;

/// <summary>What needs a second administrator.</summary>
public enum RemovalKind
{
    /// <summary>Removing a snapshot.</summary>
    RemoveSnapshot,

    /// <summary>Removing a repository.</summary>
    RemoveRepository,

    /// <summary>Shortening the time in which removed data can be brought back.</summary>
    ShortenGrace,

    /// <summary>Switching off the need for approval.</summary>
    EndApproval,
}
