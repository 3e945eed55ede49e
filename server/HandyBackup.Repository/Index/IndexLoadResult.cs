namespace HandyBackup.Repository;

/// <summary>What a loading of index files found out.</summary>
/// <param name="Superseded">Files that the loaded ones replace, whether they still exist or not.</param>
/// <param name="HasVanished">True if a file was gone before it could be loaded: the list must be taken anew.</param>
internal sealed record IndexLoadResult(HashSet<IndexId> Superseded, bool HasVanished);
