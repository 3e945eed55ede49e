namespace HandyBackup.Contracts;

/// <summary>How a call went that the audit log tells of.</summary>
public enum AuditOutcome
{
    /// <summary>It was allowed and began. A further entry tells the end.</summary>
    Begun,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was not allowed, and nothing was done.</summary>
    Refused,
}
