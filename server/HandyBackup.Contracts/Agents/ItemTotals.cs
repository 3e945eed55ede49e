namespace HandyBackup.Contracts;

/// <summary>How much there is.</summary>
/// <param name="Items">Files, folders and all other items.</param>
/// <param name="Bytes">The sum of the files' lengths.</param>
public sealed record ItemTotals(long Items, long Bytes);
