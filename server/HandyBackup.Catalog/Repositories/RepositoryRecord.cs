namespace HandyBackup.Catalog;

/// <summary>A repository as the catalog keeps it.</summary>
public sealed record RepositoryRecord
{
    /// <summary>The id in the repository's config file: 64 hexadecimal digits. Never changes.</summary>
    public required string Id { get; init; }

    /// <summary>The name, unique without regard to case.</summary>
    public required string Name { get; init; }

    /// <summary>The absolute path of its folder.</summary>
    public required string Path { get; init; }

    /// <summary>Version of the restic format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The zstd level for new data; null where the format knows no compression.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>How much parity new files get, in percent; 0 for none.</summary>
    public int ParityPercent { get; init; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it became known to this server.</summary>
    public required DateTimeOffset Added { get; init; }

    /// <summary>When a check last ended without finding damage; null if never.</summary>
    public DateTimeOffset? LastChecked { get; init; }

    /// <summary>How long a removed snapshot can be restored; whole seconds.</summary>
    public TimeSpan RemovalGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long the file of a pack stays after the pack left the index; whole seconds.</summary>
    public TimeSpan SweepGrace { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Within which time all data is to be read back; whole seconds.</summary>
    public TimeSpan VerifyWithin { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How many snapshots there were when the repository was last optimized; null if it never was.</summary>
    public int? OptimizedSnapshots { get; init; }

    /// <summary>How many snapshots this server removed since.</summary>
    public int RemovedSnapshots { get; init; }

    /// <summary>The password, sealed by the server's key.</summary>
    public required byte[] SealedPassword { get; init; }

    /// <summary>
    /// The password that is about to replace the other, sealed; null except while it does. An interruption in between leaves a
    /// repository that opens with one of the two.
    /// </summary>
    public byte[]? SealedNextPassword { get; init; }
}
