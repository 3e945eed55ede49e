namespace HandyBackup.Contracts;

/// <summary>What a verification of the audit log found.</summary>
public sealed record AuditVerification
{
    /// <summary>True if nothing is wrong.</summary>
    public required bool IsSound { get; init; }

    /// <summary>How many entries were read.</summary>
    public required long Entries { get; init; }

    /// <summary>The number of the newest entry; 0 if there is none. Keep it with the hash elsewhere: whoever puts back an older log cannot alter that note.</summary>
    public required long Number { get; init; }

    /// <summary>The hash of the newest entry, in hexadecimal digits; empty if there is none.</summary>
    public required string Hash { get; init; }

    /// <summary>What is wrong, the first hundred findings.</summary>
    public required IReadOnlyList<string> Findings { get; init; }
}
