namespace HandyBackup.Repository;

/// <summary>Takes in what index files say. Safe to share between threads.</summary>
internal interface IBlobSink
{
    /// <summary>Adds the blobs of a pack. The same pack may be added several times, with the same blobs or others.</summary>
    void Add(PackId pack, ReadOnlySpan<PackedBlob> blobs);
}
