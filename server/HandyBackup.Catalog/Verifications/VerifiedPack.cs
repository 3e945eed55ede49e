using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>When a pack was last read back.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Known">When it was surely there first, or earlier.</param>
/// <param name="Verified">When it was last read back and found sound; null if never.</param>
public readonly record struct VerifiedPack(Sha256Hash Pack, DateTimeOffset Known, DateTimeOffset? Verified);
