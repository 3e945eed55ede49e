namespace HandyBackup.Contracts;

/// <summary>An error as it crosses the wire and as the catalog keeps it. Never holds a secret or a stack trace.</summary>
public sealed record ErrorInfo
{
    /// <summary>What went wrong.</summary>
    public required ErrorCode Code { get; init; }

    /// <summary>One sentence that names the thing at fault.</summary>
    public required string Message { get; init; }

    /// <summary>The thing at fault: a name, a path or an id.</summary>
    public string? Target { get; init; }

    /// <summary>What the user can do about it.</summary>
    public string? Advice { get; init; }

    /// <summary>True if the same call may succeed later without anybody changing anything.</summary>
    public bool IsTransient { get; init; }
}
