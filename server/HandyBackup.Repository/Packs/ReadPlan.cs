using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The blobs of one request in the order in which they lie, cut into ranges that are read at once. Twelve bytes for each blob.</summary>
internal sealed class ReadPlan
{
    // Reading over a small gap costs less than a second request.
    private const int MaxGap = 64 * 1024;

    private const int MaxRangeLength = 8 * 1024 * 1024;

    private readonly BlobIndex _index;
    private readonly int[] _entries;
    private int _position;

    /// <summary>Looks up and sorts the blobs.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobMissing"/>.</exception>
    public ReadPlan(BlobIndex index, IReadOnlyCollection<BlobId> ids, BlobType type)
    {
        _index = index;
        _entries = new int[ids.Count];
        ulong[] keys = new ulong[ids.Count];
        int count = 0;
        foreach (BlobId id in ids)
        {
            if (!index.TryFind(new BlobKey(id, type), out int entry))
            {
                throw BlobFaults.Missing(id, type);
            }

            BlobPlace place = index.GetPlace(entry);
            keys[count] = ((ulong)place.PackNumber << 32) | place.Blob.Offset;
            _entries[count++] = entry;
        }

        Array.Sort(keys, _entries);
    }

    /// <summary>Takes the next blobs that lie close together.</summary>
    /// <returns>Their places in order, each once; null when all were taken.</returns>
    public List<BlobPlace>? TakeRange()
    {
        if (_position == _entries.Length)
        {
            return null;
        }

        BlobPlace last = _index.GetPlace(_entries[_position++]);
        List<BlobPlace> range = [last];
        long start = last.Blob.Offset;
        while (_position < _entries.Length)
        {
            bool isRepeated = _entries[_position] == _entries[_position - 1];
            BlobPlace next = isRepeated ? last : _index.GetPlace(_entries[_position]);
            bool isNear = next.PackNumber == last.PackNumber && next.Blob.Offset - last.Blob.End <= MaxGap && next.Blob.End - start <= MaxRangeLength;
            if (!isRepeated && !isNear)
            {
                break;
            }

            if (!isRepeated)
            {
                range.Add(next);
                last = next;
            }

            _position++;
        }

        return range;
    }
}
