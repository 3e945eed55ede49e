namespace HandyBackup.Repository;

/// <summary>When an index writes a cache file, and how much memory it takes for it.</summary>
internal sealed record IndexCacheLimits
{
    /// <summary>Index files of more bytes together are not loaded into memory but sorted into a cache file at once. 8 MiB name about 200,000 blobs.</summary>
    public long MaxLoadedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Fewer blobs in memory are never worth a new cache file.</summary>
    public int MinRecentBlobs { get; init; } = 50_000;

    /// <summary>More blobs in memory always are: 15 MB.</summary>
    public int MaxRecentBlobs { get; init; } = 250_000;

    /// <summary>More index files that the cache file does not represent are worth a new one: each costs a request when the repository is opened.</summary>
    public int MaxRecentFiles { get; init; } = 64;

    /// <summary>How many entries are sorted in memory at once: 60 bytes each.</summary>
    public int SortedAtOnce { get; init; } = 256 * 1024;

    /// <summary>True if what is in memory is worth a new cache file: between the limits, a quarter of what the old one has.</summary>
    public bool IsDue(int cachedBlobs, int recentBlobs, int recentFiles) =>
        recentFiles > MaxRecentFiles || recentBlobs > Math.Clamp(cachedBlobs / 4, MinRecentBlobs, MaxRecentBlobs);
}
