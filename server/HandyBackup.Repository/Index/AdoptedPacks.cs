namespace HandyBackup.Repository;

/// <summary>Packs that no index file named and that are in the index now.</summary>
/// <param name="Count">How many.</param>
/// <param name="Bytes">Their size together.</param>
public readonly record struct AdoptedPacks(int Count, long Bytes);
