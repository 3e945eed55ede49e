using System.Runtime.InteropServices;

namespace HandyBackup.Repository;

/// <summary>What one index file says.</summary>
internal sealed class IndexFileContent
{
    private readonly List<PackedBlob> _blobs = [];
    private readonly List<PackRange> _packs = [];

    /// <summary>Index files that this one replaces.</summary>
    public List<IndexId> Supersedes { get; } = [];

    /// <summary>How many packs the file names.</summary>
    public int PackCount => _packs.Count;

    /// <summary>How many blobs the file names.</summary>
    public int BlobCount => _blobs.Count;

    /// <summary>Forgets everything, but keeps the room that it took.</summary>
    public void Clear()
    {
        _blobs.Clear();
        _packs.Clear();
        Supersedes.Clear();
    }

    /// <summary>Adds a blob to the pack that is ended next.</summary>
    public void AddBlob(in PackedBlob blob) => _blobs.Add(blob);

    /// <summary>Ends a pack: all blobs added since the last one are its own.</summary>
    public void EndPack(PackId pack)
    {
        int first = _packs.Count == 0 ? 0 : _packs[^1].End;
        _packs.Add(new PackRange(pack, first, _blobs.Count));
    }

    /// <summary>One of the packs.</summary>
    /// <param name="number">From 0 to <see cref="PackCount"/> - 1.</param>
    /// <param name="pack">Its id.</param>
    /// <returns>Its blobs; valid until blobs are added.</returns>
    public ReadOnlySpan<PackedBlob> GetPack(int number, out PackId pack)
    {
        PackRange range = _packs[number];
        pack = range.Pack;
        return CollectionsMarshal.AsSpan(_blobs)[range.First..range.End];
    }

    private readonly record struct PackRange(PackId Pack, int First, int End);
}
