namespace HandyBackup.Repository;

/// <summary>One place where a blob is stored.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="PackNumber">The index's number of the pack.</param>
/// <param name="Blob">The blob and its place in the pack.</param>
internal readonly record struct BlobPlace(PackId Pack, int PackNumber, PackedBlob Blob);
