using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>The result of a repair of a repository.</summary>
public sealed class HBRepositoryRepair : ServerObject
{
    internal HBRepositoryRepair(HBRun run, RepairTotals totals, bool isPlan, HBRunLogEntry[] findings)
        : base(run.Session)
    {
        Repository = run.Repository;
        RunId = run.Id;
        IsPlan = isPlan;
        Healed = totals.Healed;
        Salvaged = totals.Salvaged;
        Fetched = totals.Fetched;
        Rebuilt = totals.Rebuilt;
        Protected = totals.Protected;
        Removed = totals.Removed;
        Lost = totals.Lost;
        Findings = findings;
        Bytes = run.Bytes;
        Duration = run.Duration;
    }

    /// <summary>The repository.</summary>
    public string Repository { get; }

    /// <summary>True if nothing was changed, and the numbers say what would be done.</summary>
    public bool IsPlan { get; }

    /// <summary>Damaged or lost files that parity brought back.</summary>
    public long Healed { get; }

    /// <summary>Blobs of damaged packs that were stored once more.</summary>
    public long Salvaged { get; }

    /// <summary>Lost blobs that were taken from another repository.</summary>
    public long Fetched { get; }

    /// <summary>Packs that were put into new index files.</summary>
    public long Rebuilt { get; }

    /// <summary>Files that got parity, or got it anew.</summary>
    public long Protected { get; }

    /// <summary>Files that were removed because nothing needs them any more.</summary>
    public long Removed { get; }

    /// <summary>Files, blobs, and files and folders of snapshots that are lost.</summary>
    public long Lost { get; }

    /// <summary>What was found, the first hundred at most; Get-HBRunLog has all.</summary>
    public HBRunLogEntry[] Findings { get; }

    /// <summary>Bytes read from the repository.</summary>
    public long Bytes { get; }

    /// <summary>How long the repair took.</summary>
    public TimeSpan? Duration { get; }

    /// <summary>The run that repaired.</summary>
    public Guid RunId { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Repository}: {Healed} healed, {Lost} lost";
}
