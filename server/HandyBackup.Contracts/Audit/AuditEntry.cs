namespace HandyBackup.Contracts;

/// <summary>One entry of the audit log. It never holds a secret.</summary>
public sealed record AuditEntry
{
    /// <summary>The entry's number; the first is 1, and none is left out.</summary>
    public required long Number { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What sort of caller it was.</summary>
    public required CallerKind CallerKind { get; init; }

    /// <summary>Who called; empty if nobody had logged in and the name that was shown is no user's.</summary>
    public required string Caller { get; init; }

    /// <summary>Where the caller came from: a network address, or <c>local</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>What was called, such as <c>Snapshots.Remove</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was called on: names and ids; empty if there is nothing to name.</summary>
    public required string Target { get; init; }

    /// <summary>How it went.</summary>
    public required AuditOutcome Outcome { get; init; }

    /// <summary>Why it was refused or failed; null if it was not.</summary>
    public ErrorCode? Error { get; init; }

    /// <summary>The number of the entry with which this call began; null unless it is the end of one.</summary>
    public long? Begun { get; init; }

    /// <summary>SHA-256 over this entry and the hash of the one before, in hexadecimal digits.</summary>
    public required string Hash { get; init; }
}
