namespace HandyBackup.Repository;

/// <summary>What reading a pack has shown.</summary>
/// <param name="IsAsNamed">True if it has the content that its name promises.</param>
/// <param name="Damaged">The index entries of blobs that cannot be opened, or have another content than their ids promise.</param>
internal sealed record PackDataResult(bool IsAsNamed, IReadOnlyList<int> Damaged);
