namespace HandyBackup.Repository;

/// <summary>An index at one moment. It may grow; what is counted here stays.</summary>
/// <param name="Blobs">The index.</param>
/// <param name="Count">How many entries it had.</param>
/// <param name="PackCount">How many packs it had.</param>
/// <param name="Files">The files that name them.</param>
internal sealed record CapturedIndex(BlobIndex Blobs, int Count, int PackCount, HashSet<IndexId> Files);
