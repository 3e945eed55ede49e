using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// A pack that is being filled. Room is reserved under the writer's lock; sealing into the reserved places goes on in parallel and outside it.
/// </summary>
internal sealed class PackBuilder : IDisposable
{
    private readonly IMemoryOwner<byte> _owner;
    private readonly Memory<byte> _memory;
    private readonly List<PackedBlob> _blobs = [];
    private readonly TaskCompletionSource _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _length;
    private int _headerLength;
    private volatile bool _isLost;

    // One for being open, and one for each place that was reserved but is not filled yet.
    private int _openCount = 1;

    /// <summary>Starts an empty pack.</summary>
    /// <param name="owner">Where it is made; disposed with the pack.</param>
    /// <param name="size">How long the finished pack may become.</param>
    public PackBuilder(IMemoryOwner<byte> owner, int size)
    {
        _owner = owner;
        _memory = owner.Memory[..size];
    }

    /// <summary>The blobs, in order. Only to be read when nothing more can be reserved.</summary>
    public List<PackedBlob> Blobs => _blobs;

    /// <summary>Ends when the pack is closed and nobody writes into it any more; fails if a place could not be filled.</summary>
    public Task Filled => _filled.Task;

    /// <summary>Length that a finished pack has if this is its only blob.</summary>
    public static long GetLengthAlone(int sealedLength, bool isCompressed) =>
        (long)sealedLength + PackFormat.GetEntryLength(isCompressed) + PackFormat.Overhead;

    /// <summary>Reserves room for a blob. Not safe to call from several threads at once, nor after <see cref="Close"/>.</summary>
    /// <returns>False if the pack has no room for it.</returns>
    public bool TryReserve(BlobKey key, int sealedLength, uint uncompressedLength, out Memory<byte> place)
    {
        int entryLength = PackFormat.GetEntryLength(uncompressedLength != 0);
        if ((long)_length + sealedLength + _headerLength + entryLength + PackFormat.Overhead > _memory.Length)
        {
            place = default;
            return false;
        }

        _blobs.Add(new PackedBlob(key, (uint)_length, (uint)sealedLength, uncompressedLength));
        place = _memory.Slice(_length, sealedLength);
        _length += sealedLength;
        _headerLength += entryLength;
        Interlocked.Increment(ref _openCount);
        return true;
    }

    /// <summary>Says that nobody writes into a reserved place any more.</summary>
    /// <param name="isFilled">False if it could not be filled: the pack is lost then.</param>
    public void CompletePlace(bool isFilled)
    {
        if (!isFilled)
        {
            _isLost = true;
        }

        Release();
    }

    /// <summary>Ends the reserving.</summary>
    public void Close() => Release();

    /// <summary>Adds the header. To be called once, after <see cref="Filled"/>.</summary>
    /// <param name="key">Seals the header.</param>
    /// <param name="id">The pack's name.</param>
    /// <returns>The finished pack.</returns>
    public ReadOnlyMemory<byte> Finish(MasterKey key, out PackId id)
    {
        Span<byte> memory = _memory.Span;
        Span<byte> header = memory.Slice(_length + (MasterKey.Overhead / 2), _headerLength);
        int position = 0;
        foreach (PackedBlob blob in _blobs)
        {
            position += PackFormat.WriteEntry(blob, header.Slice(position));
        }

        int sealedLength = _headerLength + MasterKey.Overhead;
        key.Seal(header, memory.Slice(_length, sealedLength));
        BinaryPrimitives.WriteUInt32LittleEndian(memory[(_length + sealedLength)..], (uint)sealedLength);
        ReadOnlyMemory<byte> pack = _memory[..(_length + sealedLength + PackFormat.TrailerLength)];
        Span<byte> hash = stackalloc byte[Sha256Hash.Size];
        SHA256.HashData(pack.Span, hash);
        id = new PackId(new Sha256Hash(hash));
        return pack;
    }

    /// <summary>Gives the memory back. To be called when the pack is saved or given up, and nobody writes into it any more; <see cref="Blobs"/> stays.</summary>
    public void Dispose() => _owner.Dispose();

    private void Release()
    {
        if (Interlocked.Decrement(ref _openCount) > 0)
        {
            return;
        }

        if (_isLost)
        {
            _filled.TrySetException(new InvalidOperationException("A blob could not be sealed into its pack."));
        }
        else
        {
            _filled.TrySetResult();
        }
    }
}
