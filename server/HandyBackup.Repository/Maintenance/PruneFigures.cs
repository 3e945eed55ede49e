namespace HandyBackup.Repository;

/// <summary>The counts of a plan; see <see cref="PruneResult"/> for their meaning.</summary>
internal record struct PruneFigures
{
    public long Bytes { get; set; }

    public int UnusedPacks { get; set; }

    public long UnusedBytes { get; set; }

    public int RewrittenPacks { get; set; }

    public long RewrittenBytes { get; set; }

    public long CopiedBytes { get; set; }

    public long ToleratedBytes { get; set; }
}
