using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Repository;

/// <summary>
/// Writes a new cache file from an old one and from what is added, in bounded memory. Numbers of packs in the old file stay the same. Packs may be added
/// from several threads.
/// </summary>
/// <param name="cache">Where to write.</param>
/// <param name="start">The old file; null to begin with nothing.</param>
internal sealed class MappedIndexBuilder(IndexCache cache, MappedIndex? start) : IBlobSink, IDisposable
{
    private const int EntriesPerCancellationTest = 1 << 16;

    private readonly Lock _adding = new();
    private readonly PackTable _packs = new();
    private readonly EntrySorter _sorter = new(() => cache.CreateUnfinished(deleteOnClose: true, out _), cache.Limits.SortedAtOnce);
    private readonly int _startPacks = start?.PackCount ?? 0;

    /// <inheritdoc/>
    public void Add(PackId pack, ReadOnlySpan<PackedBlob> blobs)
    {
        lock (_adding)
        {
            int packNumber = GetNumber(pack);
            foreach (ref readonly PackedBlob blob in blobs)
            {
                _sorter.Add(new BlobEntry(packNumber, blob));
            }
        }
    }

    /// <summary>Adds the first so many entries that an index has beside its cache file.</summary>
    public void AddRecent(BlobIndex index, int count)
    {
        lock (_adding)
        {
            int first = index.Cached?.Count ?? 0;
            for (int i = 0; i < count; i++)
            {
                BlobEntry entry = index.GetEntry(first + i);
                _sorter.Add(new BlobEntry(GetNumber(index.GetPack(entry.PackNumber)), entry.Blob));
            }
        }
    }

    /// <summary>Merges everything into a file and opens it.</summary>
    /// <param name="files">The index files whose content was added, with those of the old file; null if nobody but the caller shall use the file.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left of it.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="InvalidDataException">The old file or a temporary one is damaged.</exception>
    public MappedIndex Complete(IReadOnlyCollection<IndexId>? files, CancellationToken cancellationToken)
    {
        SafeFileHandle file = cache.CreateUnfinished(deleteOnClose: false, out string path);
        try
        {
            using (file)
            {
                Write(file, files ?? [], cancellationToken);
                if (files is not null)
                {
                    // Before the name: a crash must not leave a sound name with lost pages. The folder need not be flushed, since a lost name does no harm.
                    RandomAccess.FlushToDisk(file);
                }
            }

            return files is null ? cache.OpenPrivate(path) : cache.Publish(path);
        }
        catch (Exception exception)
        {
            IndexCache.TryDelete(path);
            if (exception is InvalidDataException damage)
            {
                // Or it was a temporary file; then the old one is made anew for nothing.
                start?.NoteDamage(damage);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sorter.Dispose();

    private int GetNumber(PackId pack)
    {
        int known = start?.FindPack(pack) ?? -1;
        return known >= 0 ? known : _startPacks + _packs.FindOrAdd(pack);
    }

    private void Write(SafeFileHandle file, IReadOnlyCollection<IndexId> files, CancellationToken cancellationToken)
    {
        ulong mark = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        var writer = new IndexPageWriter(file, mark, IndexCacheHeader.EntryPage);
        List<ulong> fences = [];
        int count = WriteEntries(writer, fences, cancellationToken);
        WritePacks(writer);
        WriteSlots(writer);
        foreach (ulong fence in fences)
        {
            writer.Write(fence);
        }

        writer.EndSection();
        foreach (IndexId id in files)
        {
            writer.Write(id);
        }

        writer.Flush();
        var header = new IndexCacheHeader(IndexCacheHeader.CurrentMagic, mark, cache.Repository, count, _startPacks + _packs.Count, files.Count);
        RandomAccess.Write(file, header.ToPage(), 0);
    }

    private int WriteEntries(IndexPageWriter writer, List<ulong> fences, CancellationToken cancellationToken)
    {
        List<RecordCursor<BlobEntry>> lists = _sorter.Complete();
        if (start is not null)
        {
            lists.Add(start.ReadEntries());
        }

        var merge = new EntryMerge(lists);
        int count = 0;
        for (; merge.TryTake(out BlobEntry entry); count++)
        {
            if (writer.Write(entry))
            {
                fences.Add(entry.Hash.Prefix);
            }

            if (count % EntriesPerCancellationTest == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        writer.EndSection();
        return count;
    }

    private void WritePacks(IndexPageWriter writer)
    {
        RecordCursor<PackId>? old = start?.ReadPacks();
        while (old?.MoveNext() == true)
        {
            writer.Write(old.Current);
        }

        for (int number = 0; number < _packs.Count; number++)
        {
            writer.Write(_packs[number]);
        }

        writer.EndSection();
    }

    private void WriteSlots(IndexPageWriter writer)
    {
        var added = new PackSlot[_packs.Count];
        for (int number = 0; number < added.Length; number++)
        {
            added[number] = new PackSlot(_packs[number].Hash.Prefix, _startPacks + number);
        }

        Array.Sort(added, static (left, right) => left.Prefix.CompareTo(right.Prefix));
        RecordCursor<PackSlot>? old = start?.ReadSlots();
        int next = 0;
        while (old?.MoveNext() == true)
        {
            for (; next < added.Length && added[next].Prefix < old.Current.Prefix; next++)
            {
                writer.Write(added[next]);
            }

            writer.Write(old.Current);
        }

        for (; next < added.Length; next++)
        {
            writer.Write(added[next]);
        }

        writer.EndSection();
    }
}
