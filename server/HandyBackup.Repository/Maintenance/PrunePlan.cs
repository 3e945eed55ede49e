namespace HandyBackup.Repository;

/// <summary>What is to leave the index and what moves to new packs.</summary>
/// <param name="Captured">The index that the plan is about.</param>
/// <param name="Leaving">All packs that leave.</param>
/// <param name="Uses">How much of each pack is needed.</param>
/// <param name="Figures">The counts.</param>
internal sealed record PrunePlan(CapturedIndex Captured, LeavingPacks Leaving, PackUses Uses, PruneFigures Figures)
{
    /// <summary>The entries that are needed: one for each blob.</summary>
    public GrowingFlags Kept => Uses.Kept;

    /// <summary>Packs that no index names.</summary>
    public IReadOnlyList<StrayPack> Strays => Uses.Strays;

    /// <summary>True if there is nothing to be done.</summary>
    public bool IsEmpty => Strays.Count == 0 && !Leaving.Enumerate().Any();
}
