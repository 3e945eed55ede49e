using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>What a verification of a server's audit log found.</summary>
public sealed class HBAuditVerification : ServerObject
{
    internal HBAuditVerification(AuditVerification info, HBSession session)
        : base(session)
    {
        IsSound = info.IsSound;
        Entries = info.Entries;
        Number = info.Number;
        Hash = PrintableText.Clean(info.Hash);
        Findings = [.. info.Findings.Select(PrintableText.Clean)];
    }

    /// <summary>True if nothing is wrong.</summary>
    public bool IsSound { get; }

    /// <summary>How many entries were read.</summary>
    public long Entries { get; }

    /// <summary>The number of the newest entry: keep it with the hash elsewhere.</summary>
    public long Number { get; }

    /// <summary>The hash of the newest entry.</summary>
    public string Hash { get; }

    /// <summary>What is wrong.</summary>
    public string[] Findings { get; }

    /// <inheritdoc/>
    public override string ToString() => IsSound ? "sound" : string.Join(" ", Findings);
}
