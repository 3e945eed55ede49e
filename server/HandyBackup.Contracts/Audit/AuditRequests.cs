namespace HandyBackup.Contracts;

/// <summary>Which entries of the audit log to list. All conditions must hold; null means any.</summary>
public sealed record AuditQuery
{
    /// <summary>Who called, with wildcards.</summary>
    public string? Caller { get; init; }

    /// <summary>What was called, with wildcards.</summary>
    public string? Action { get; init; }

    /// <summary>What it was called on, with wildcards.</summary>
    public string? Target { get; init; }

    /// <summary>How it went.</summary>
    public AuditOutcome? Outcome { get; init; }

    /// <summary>Written at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Written before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Only this many, the newest.</summary>
    public int? Last { get; init; }
}

/// <summary>How to verify the audit log.</summary>
public sealed record VerifyAuditRequest
{
    /// <summary>An entry that was noted elsewhere and must still be there as it was; null for none. Belongs together with <see cref="Hash"/>.</summary>
    public long? Number { get; init; }

    /// <summary>The hash of that entry, in hexadecimal digits.</summary>
    public string? Hash { get; init; }
}
