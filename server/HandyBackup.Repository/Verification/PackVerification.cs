namespace HandyBackup.Repository;

/// <summary>What is remembered of one pack. Times are whole seconds.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Known">When it was surely there first, or earlier: since then it waits to be read back.</param>
/// <param name="Verified">When it was last read back and found sound; null if never.</param>
/// <param name="Carried">When all its content was last verified before it came into this pack; null if it did not come from others, or not all was.</param>
public readonly record struct PackVerification(PackId Pack, DateTimeOffset Known, DateTimeOffset? Verified, DateTimeOffset? Carried = null);
