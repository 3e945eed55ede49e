using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>When a pack was last read back.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Known">When it was surely there first, or earlier.</param>
/// <param name="Verified">When it was last read back and found sound; null if never.</param>
/// <param name="Carried">When all its content was last verified in packs that it was copied from; null if it was not copied, or not all was.</param>
public readonly record struct VerifiedPack(Sha256Hash Pack, DateTimeOffset Known, DateTimeOffset? Verified, DateTimeOffset? Carried = null);
