using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>One entry of a server's audit log.</summary>
public sealed class HBAuditEntry : ServerObject
{
    internal HBAuditEntry(AuditEntry info, HBSession session)
        : base(session)
    {
        Number = info.Number;
        Time = info.Time;
        CallerKind = info.CallerKind;
        Caller = PrintableText.Clean(info.Caller);
        Origin = PrintableText.Clean(info.Origin);
        Action = PrintableText.Clean(info.Action);
        Target = PrintableText.Clean(info.Target);
        Outcome = info.Outcome;
        Error = info.Error;
        Begun = info.Begun;
        Hash = PrintableText.Clean(info.Hash);
    }

    /// <summary>The entry's number; none is left out.</summary>
    public long Number { get; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>What sort of caller it was.</summary>
    public CallerKind CallerKind { get; }

    /// <summary>Who called; empty if nobody had logged in.</summary>
    public string Caller { get; }

    /// <summary>Where the caller came from: a network address, or local.</summary>
    public string Origin { get; }

    /// <summary>What was called.</summary>
    public string Action { get; }

    /// <summary>What it was called on.</summary>
    public string Target { get; }

    /// <summary>How it went.</summary>
    public AuditOutcome Outcome { get; }

    /// <summary>Why it was refused or failed.</summary>
    public ErrorCode? Error { get; }

    /// <summary>The number of the entry with which the call began.</summary>
    public long? Begun { get; }

    /// <summary>SHA-256 over the entry and all before it.</summary>
    public string Hash { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Number} {Action} {Target}";
}
