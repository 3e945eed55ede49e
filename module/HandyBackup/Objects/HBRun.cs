using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>One execution: a backup, a restore, a check or an optimization, as it was when the server was asked.</summary>
public sealed class HBRun : ServerObject
{
    internal HBRun(Run run, HBSession session)
        : base(session)
    {
        Id = run.Id;
        Kind = run.Kind;
        State = run.State;
        Task = PrintableText.CleanOrNull(run.Task);
        Agent = PrintableText.CleanOrNull(run.Agent);
        Repository = PrintableText.Clean(run.Repository);
        SnapshotId = run.SnapshotId;
        Created = run.Created;
        NotBefore = run.NotBefore;
        WaitsFor = run.WaitsFor;
        Started = run.Started;
        Ended = run.Ended;
        BytesPerSecond = run.BytesPerSecond;
        Remaining = run.Remaining;
        Warnings = run.Warnings;
        Skipped = run.Skipped;
        RunProgress progress = run.Progress;
        Items = progress.Items;
        Bytes = progress.Bytes;
        KeptBytes = progress.KeptBytes;
        NewFiles = progress.NewFiles;
        ChangedFiles = progress.ChangedFiles;
        UnchangedFiles = progress.UnchangedFiles;
        NewBytes = progress.NewBytes;
        AddedBytes = progress.AddedBytes;
        TotalItems = progress.TotalItems;
        TotalBytes = progress.TotalBytes;
        CurrentItem = PrintableText.CleanOrNull(progress.CurrentItem);
        ErrorId = run.Error?.Code;
        Error = PrintableText.CleanOrNull(run.Error?.Message);
    }

    /// <summary>The run's id.</summary>
    public Guid Id { get; }

    /// <summary>The run's id, for commands that take a run among other things.</summary>
    public Guid RunId => Id;

    /// <summary>What it does.</summary>
    public RunKind Kind { get; }

    /// <summary>Where it is in its life.</summary>
    public RunState State { get; }

    /// <summary>The task it executes; null for restores and checks.</summary>
    public string? Task { get; }

    /// <summary>The agent that works; null for a check.</summary>
    public string? Agent { get; }

    /// <summary>The repository it reads or writes.</summary>
    public string Repository { get; }

    /// <summary>The snapshot that a backup made or a restore read; null where there is none.</summary>
    public string? SnapshotId { get; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>When it may begin, while it waits for its moment in a start window; else null.</summary>
    public DateTimeOffset? NotBefore { get; }

    /// <summary>What it waits for while it is queued; else null.</summary>
    public RunWait? WaitsFor { get; }

    /// <summary>When work began; null while queued.</summary>
    public DateTimeOffset? Started { get; }

    /// <summary>When it ended; null until then.</summary>
    public DateTimeOffset? Ended { get; }

    /// <summary>How long it worked; null until it has ended.</summary>
    public TimeSpan? Duration => Ended - (Started ?? Created);

    /// <summary>Items handled: files, folders and all others.</summary>
    public long Items { get; }

    /// <summary>Bytes handled: content of files, whether new, changed or unchanged.</summary>
    public long Bytes { get; }

    /// <summary>In a restore: those of the bytes that were in their places already. The others were written.</summary>
    public long KeptBytes { get; }

    /// <summary>Files that the previous snapshot did not have.</summary>
    public long NewFiles { get; }

    /// <summary>Files that differ from the previous snapshot.</summary>
    public long ChangedFiles { get; }

    /// <summary>Files that were taken over from the previous snapshot unread.</summary>
    public long UnchangedFiles { get; }

    /// <summary>Plain bytes that the repository did not have.</summary>
    public long NewBytes { get; }

    /// <summary>Bytes that the repository grew by: compressed and encrypted.</summary>
    public long AddedBytes { get; }

    /// <summary>How many items there will be, as far as is known; null if nothing is.</summary>
    public long? TotalItems { get; }

    /// <summary>How many bytes there will be, as far as is known; null if nothing is.</summary>
    public long? TotalBytes { get; }

    /// <summary>Bytes per second, over the last few seconds while it runs, over the whole run after it.</summary>
    public double BytesPerSecond { get; }

    /// <summary>How much longer it will take; null if nothing is known.</summary>
    public TimeSpan? Remaining { get; }

    /// <summary>The item being handled; null if there is none.</summary>
    public string? CurrentItem { get; }

    /// <summary>Items that need a look; Get-HBRunLog names them.</summary>
    public long Warnings { get; }

    /// <summary>Items that a restore left as they were, by its policy.</summary>
    public long Skipped { get; }

    /// <summary>Why it failed, as a stable code; null unless it did.</summary>
    public ErrorCode? ErrorId { get; }

    /// <summary>Why it failed; null unless it did.</summary>
    public string? Error { get; }

    /// <inheritdoc/>
    public override string ToString() => Id.ToString();
}
