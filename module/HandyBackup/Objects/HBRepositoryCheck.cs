using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>The result of a check of a repository.</summary>
public sealed class HBRepositoryCheck : ServerObject
{
    internal HBRepositoryCheck(HBRun run, bool readData, long damaged, HBRunLogEntry[] findings)
        : base(run.Session)
    {
        Repository = run.Repository;
        RunId = run.Id;
        ReadData = readData;
        Damaged = damaged;
        Findings = findings;
        Bytes = run.Bytes;
        Duration = run.Duration;
        State = damaged > 0 ? RepositoryCondition.Damaged
            : run.State is RunState.Completed or RunState.CompletedWithWarnings ? RepositoryCondition.Sound
            : RepositoryCondition.Unknown;
    }

    /// <summary>The repository.</summary>
    public string Repository { get; }

    /// <summary>How the repository is.</summary>
    public RepositoryCondition State { get; }

    /// <summary>How many things are missing or altered.</summary>
    public long Damaged { get; }

    /// <summary>What was found, the first hundred at most; Get-HBRunLog has all.</summary>
    public HBRunLogEntry[] Findings { get; }

    /// <summary>True if all data was read and verified; false if the structure alone was.</summary>
    public bool ReadData { get; }

    /// <summary>Bytes read from the repository.</summary>
    public long Bytes { get; }

    /// <summary>How long the check took.</summary>
    public TimeSpan? Duration { get; }

    /// <summary>The run that checked.</summary>
    public Guid RunId { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Repository}: {State}";
}
