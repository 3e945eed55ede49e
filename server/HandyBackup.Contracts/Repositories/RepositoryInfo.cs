namespace HandyBackup.Contracts;

/// <summary>A repository as the server knows it.</summary>
public sealed record RepositoryInfo
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>The id in the repository's config file: 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Where it lies: the absolute path of its folder.</summary>
    public required string Path { get; init; }

    /// <summary>Version of the restic format: 1 or 2.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The zstd level for new data; null for version 1, which cannot compress.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>How much parity new files get, in percent; 0 for none.</summary>
    public int ParityPercent { get; init; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; init; } = "";

    /// <summary>How long a removed snapshot can be restored.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>How long the file of a pack stays after the pack left the index.</summary>
    public TimeSpan SweepGrace { get; init; }

    /// <summary>Within which time optimizations and checks of what is due read all data back.</summary>
    public TimeSpan VerifyWithin { get; init; }

    /// <summary>
    /// All data was read back and found sound at this time or later, except what was first seen at this time or later and waits for it. As of the last check or
    /// optimization; null if nothing is known.
    /// </summary>
    public DateTimeOffset? VerifiedSince { get; init; }

    /// <summary>How much data was never read back since it was written, as of the last check or optimization; null if nothing is known.</summary>
    public long? UnverifiedBytes { get; init; }

    /// <summary>When it became known to this server.</summary>
    public required DateTimeOffset Added { get; init; }

    /// <summary>When a check last ended without finding damage; null if never.</summary>
    public DateTimeOffset? LastChecked { get; init; }

    /// <summary>How many snapshots it holds; null if it cannot be read now.</summary>
    public int? Snapshots { get; init; }

    /// <summary>The sum of its files' lengths; null if it cannot be read now.</summary>
    public long? Size { get; init; }

    /// <summary>Why it cannot be read now; null if it can.</summary>
    public ErrorInfo? Error { get; init; }
}
