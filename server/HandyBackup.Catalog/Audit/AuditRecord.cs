using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>An entry of the audit log as the catalog keeps it.</summary>
public sealed record AuditRecord
{
    /// <summary>The entry's number.</summary>
    public required long Number { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What sort of caller it was.</summary>
    public required CallerKind CallerKind { get; init; }

    /// <summary>Who called.</summary>
    public required string Caller { get; init; }

    /// <summary>Where the caller came from.</summary>
    public required string Origin { get; init; }

    /// <summary>What was called.</summary>
    public required string Action { get; init; }

    /// <summary>What it was called on.</summary>
    public required string Target { get; init; }

    /// <summary>How it went.</summary>
    public required AuditOutcome Outcome { get; init; }

    /// <summary>Why it was refused or failed.</summary>
    public ErrorCode? Error { get; init; }

    /// <summary>The number of the entry with which the call began.</summary>
    public long? Begun { get; init; }

    /// <summary>The chain's hash up to here.</summary>
    public required Sha256Hash Hash { get; init; }
}
