using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A repository of a server.</summary>
public sealed class HBRepository : ServerObject
{
    internal HBRepository(RepositoryInfo info, HBSession session)
        : base(session)
    {
        Name = PrintableText.Clean(info.Name);
        RepositoryId = info.Id;
        Path = info.Path;
        FormatVersion = info.FormatVersion;
        CompressionLevel = info.CompressionLevel;
        ParityPercent = info.ParityPercent;
        Description = PrintableText.Clean(info.Description);
        Grace = info.Grace;
        SweepGrace = info.SweepGrace;
        VerifyWithin = info.VerifyWithin;
        VerifiedSince = info.VerifiedSince;
        UnverifiedBytes = info.UnverifiedBytes;
        Added = info.Added;
        LastChecked = info.LastChecked;
        Snapshots = info.Snapshots;
        Size = info.Size;
        ErrorId = info.Error?.Code;
        Error = PrintableText.CleanOrNull(info.Error?.Message);
    }

    /// <summary>The name, unique on the server.</summary>
    public string Name { get; }

    /// <summary>The name again, for commands that take a repository among other things.</summary>
    public string Repository => Name;

    /// <summary>The id in the repository's config file: 64 hexadecimal digits.</summary>
    public string RepositoryId { get; }

    /// <summary>The absolute path of its folder.</summary>
    public string Path { get; }

    /// <summary>Version of the restic format: 1 or 2.</summary>
    public int FormatVersion { get; }

    /// <summary>The zstd level for new data; null for version 1, which cannot compress.</summary>
    public int? CompressionLevel { get; }

    /// <summary>How much parity new files get, in percent; 0 for none.</summary>
    public int ParityPercent { get; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; }

    /// <summary>How long a removed snapshot can be restored.</summary>
    public TimeSpan Grace { get; }

    /// <summary>How long the file of a pack stays after the pack left the index.</summary>
    public TimeSpan SweepGrace { get; }

    /// <summary>Within which time all data is to be read back.</summary>
    public TimeSpan VerifyWithin { get; }

    /// <summary>All data was read back and found sound, or was first seen, at this time or later; null if nothing is known.</summary>
    public DateTimeOffset? VerifiedSince { get; }

    /// <summary>How much data was never read back since it was written, in bytes; null if nothing is known.</summary>
    public long? UnverifiedBytes { get; }

    /// <summary>When it became known to this server.</summary>
    public DateTimeOffset Added { get; }

    /// <summary>When a check last ended without finding damage; null if never.</summary>
    public DateTimeOffset? LastChecked { get; }

    /// <summary>How many snapshots it holds; null if it cannot be read now.</summary>
    public int? Snapshots { get; }

    /// <summary>The sum of its files' lengths in bytes; null if it cannot be read now.</summary>
    public long? Size { get; }

    /// <summary>Why it cannot be read now, as a stable code; null if it can.</summary>
    public ErrorCode? ErrorId { get; }

    /// <summary>Why it cannot be read now; null if it can.</summary>
    public string? Error { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
