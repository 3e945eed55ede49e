namespace HandyBackup.Contracts;

/// <summary>The one exception type that crosses rooms and the wire. Its text never holds a secret.</summary>
public sealed class HandyBackupException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">What went wrong.</param>
    /// <param name="message">One sentence that names the thing at fault.</param>
    /// <param name="innerException">The cause, kept for the log of this process; it does not cross the wire.</param>
    public HandyBackupException(ErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>What went wrong.</summary>
    public ErrorCode Code { get; }

    /// <summary>The thing at fault: a name, a path or an id.</summary>
    public string? Target { get; init; }

    /// <summary>What the user can do about it.</summary>
    public string? Advice { get; init; }

    /// <summary>True if the same call may succeed later without anybody changing anything.</summary>
    public bool IsTransient { get; init; }
}
