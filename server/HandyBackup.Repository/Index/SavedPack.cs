namespace HandyBackup.Repository;

/// <summary>A pack that is durable.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Blobs">Its blobs in order.</param>
internal sealed record SavedPack(PackId Id, List<PackedBlob> Blobs);
