namespace HandyBackup.Repository;

/// <summary>The entries of an index grouped by pack: what each pack should hold. Four bytes for each blob. Not to be used while the index grows.</summary>
internal sealed class PackContents
{
    private readonly BlobIndex _index;
    private readonly int[] _entries;
    private readonly int[] _starts;

    /// <summary>Groups all entries of the index.</summary>
    public PackContents(BlobIndex index)
    {
        _index = index;
        _entries = new int[index.Count];
        _starts = new int[index.PackCount + 1];
        for (int entry = 0; entry < _entries.Length; entry++)
        {
            _starts[index.GetEntry(entry).PackNumber + 1]++;
        }

        for (int pack = 1; pack < _starts.Length; pack++)
        {
            _starts[pack] += _starts[pack - 1];
        }

        int[] next = [.. _starts];
        for (int entry = 0; entry < _entries.Length; entry++)
        {
            _entries[next[index.GetEntry(entry).PackNumber]++] = entry;
        }
    }

    /// <summary>How many packs the index names.</summary>
    public int PackCount => _starts.Length - 1;

    /// <summary>The numbers of a pack's entries in order of their offsets.</summary>
    public int[] GetEntries(int packNumber)
    {
        int[] entries = _entries[_starts[packNumber].._starts[packNumber + 1]];
        Array.Sort(entries, (left, right) => _index.GetEntry(left).Blob.Offset.CompareTo(_index.GetEntry(right).Blob.Offset));
        return entries;
    }

    /// <summary>The size that a pack file must have if the index names all its blobs.</summary>
    public long GetExpectedSize(int packNumber)
    {
        long size = PackFormat.Overhead;
        for (int i = _starts[packNumber]; i < _starts[packNumber + 1]; i++)
        {
            PackedBlob blob = _index.GetEntry(_entries[i]).Blob;
            size += blob.Length + PackFormat.GetEntryLength(blob.IsCompressed);
        }

        return size;
    }
}
