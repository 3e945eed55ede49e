namespace HandyBackup.Contracts;

/// <summary>One item that could not be handled as it should have been.</summary>
public sealed record ItemIssue
{
    /// <summary>What went wrong.</summary>
    public required ErrorCode Code { get; init; }

    /// <summary>The item, escaped as <see cref="ItemName"/> says.</summary>
    public required string Path { get; init; }

    /// <summary>The reason in one sentence, usually the system's own.</summary>
    public required string Reason { get; init; }
}
