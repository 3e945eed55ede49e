using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>The item tree of one task at one time.</summary>
public sealed class HBSnapshot : ServerObject
{
    internal HBSnapshot(SnapshotInfo info, HBSession session)
        : base(session)
    {
        Id = info.Id;
        Repository = PrintableText.Clean(info.Repository);
        Time = info.Time;
        Task = PrintableText.CleanOrNull(info.Task);
        Source = PrintableText.CleanOrNull(info.Source);
        Agent = PrintableText.CleanOrNull(info.Agent);
        HostName = PrintableText.Clean(info.HostName);
        UserName = PrintableText.Clean(info.UserName);
        Paths = PrintableText.CleanAll(info.Paths);
        Tags = PrintableText.CleanAll(info.Tags);
        Items = info.Items;
        Bytes = info.Bytes;
        AddedBytes = info.AddedBytes;
        LastVerified = info.LastVerified;
        Removed = info.Removed;
        RestorableUntil = info.RestorableUntil;
        Program = PrintableText.CleanOrNull(info.Program);
    }

    /// <summary>The id: 64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The id, for commands that take a snapshot among other things.</summary>
    public string SnapshotId => Id;

    /// <summary>The repository that holds it.</summary>
    public string Repository { get; }

    /// <summary>When the backup began.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The task that made it; null for snapshots that another program made.</summary>
    public string? Task { get; }

    /// <summary>The kind of source; null for snapshots that another program made (they hold files).</summary>
    public string? Source { get; }

    /// <summary>The agent that was read; null for snapshots that another program made.</summary>
    public string? Agent { get; }

    /// <summary>The host that was backed up.</summary>
    public string HostName { get; }

    /// <summary>The account that made the backup.</summary>
    public string UserName { get; }

    /// <summary>What was backed up.</summary>
    public string[] Paths { get; }

    /// <summary>Labels.</summary>
    public string[] Tags { get; }

    /// <summary>Files, folders and all other items; null if it does not say.</summary>
    public long? Items { get; }

    /// <summary>The sum of the files' lengths; null if it does not say.</summary>
    public long? Bytes { get; }

    /// <summary>Bytes by which the repository grew; null if it does not say.</summary>
    public long? AddedBytes { get; }

    /// <summary>Since when all its data was read back and found sound, as of the last check or optimization; null if part of it never was.</summary>
    public DateTimeOffset? LastVerified { get; }

    /// <summary>When it was removed; null if it was not.</summary>
    public DateTimeOffset? Removed { get; }

    /// <summary>Until when Restore-HBSnapshot brings it back; null if it was not removed.</summary>
    public DateTimeOffset? RestorableUntil { get; }

    /// <summary>The program that made it; null if it does not say.</summary>
    public string? Program { get; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
