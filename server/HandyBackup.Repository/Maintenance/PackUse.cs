namespace HandyBackup.Repository;

/// <summary>How much of a pack is needed.</summary>
internal record struct PackUse
{
    /// <summary>The size that its file must have.</summary>
    public long Size { get; set; }

    /// <summary>Sealed bytes that are needed and lie nowhere else, or are to be kept here.</summary>
    public long Used { get; set; }

    /// <summary>Sealed bytes that nothing needs, or that are kept in another pack.</summary>
    public long Unused { get; set; }

    /// <summary>True if it has trees.</summary>
    public bool HasTrees { get; set; }

    /// <summary>True if its file is there.</summary>
    public bool Exists { get; set; }
}
