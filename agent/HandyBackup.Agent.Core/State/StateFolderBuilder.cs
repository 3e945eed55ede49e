using System.Buffers;

namespace HandyBackup.Agent.Core.State;

/// <summary>The record of a folder that is being made. Takes about a tenth of the memory that the folder's tree takes. For one thread at a time.</summary>
internal sealed class StateFolderBuilder : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1024);
    private int _length = StateRecord.HeadSize;
    private int _scanned = StateRecord.HeadSize;
    private int _count;

    /// <summary>False if the folder has an item that no record can hold.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>Adds an item.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fingerprint">What it looks like.</param>
    /// <param name="child">A folder's content, where it is known. A folder without is never taken for unchanged.</param>
    public void Add(ReadOnlySpan<byte> name, ItemFingerprint fingerprint, StateChild? child)
    {
        int length = StateEntry.LengthOf(name.Length, child is not null);
        if (name.Length > StateEntry.MaximumName || !TryReserve(length))
        {
            IsUsable = false;
            return;
        }

        StateEntry.Write(_bytes.AsSpan(_length), name, fingerprint, child);
        _length += length;
        _count++;
    }

    /// <summary>Adds entries of the file that is being read.</summary>
    public void AddOld(ReadOnlySpan<byte> entries, int count)
    {
        if (!TryReserve(entries.Length))
        {
            IsUsable = false;
            return;
        }

        int start = _length;
        entries.CopyTo(_bytes.AsSpan(start));
        _length += entries.Length;
        _count += count;
        for (; StateEntry.TryRead(_bytes.AsSpan(start, _length - start), out StateEntry entry); start += entry.Length)
        {
            if (entry.HasChild)
            {
                StateEntry.MarkOld(_bytes.AsSpan(start));
            }
        }
    }

    /// <summary>Takes back what was added.</summary>
    public void Clear()
    {
        (_length, _scanned, _count) = (StateRecord.HeadSize, StateRecord.HeadSize, 0);
        IsUsable = true;
    }

    /// <summary>Finds the next folder whose content is in the file that is being read only.</summary>
    public bool TryFindOld(out StateChild child)
    {
        while (StateEntry.TryRead(_bytes.AsSpan(_scanned, _length - _scanned), out StateEntry entry))
        {
            if (entry.IsOld)
            {
                child = entry.Child;
                return true;
            }

            _scanned += entry.Length;
        }

        child = default;
        return false;
    }

    /// <summary>Says where the content that <see cref="TryFindOld"/> found is in the file that is being written.</summary>
    public void Relocate(long offset) => StateEntry.Relocate(_bytes.AsSpan(_scanned), offset);

    /// <summary>Completes the record.</summary>
    public ReadOnlySpan<byte> Seal(ulong fileMark, long offset)
    {
        Span<byte> record = _bytes.AsSpan(0, _length);
        StateRecord.Seal(record, _count, fileMark, offset);
        return record;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private bool TryReserve(int length)
    {
        long needed = (long)_length + length;
        if (needed > Array.MaxLength)
        {
            return false;
        }

        if (needed > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return true;
    }
}
