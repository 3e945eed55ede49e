using System.Buffers;

namespace HandyBackup.Agent.Core.Memory;

/// <summary>
/// Buffers for content on its way: slabs of 16 MiB that are divided into blocks of powers of two. Unlike <see cref="ArrayPool{T}.Shared"/>,
/// which keeps arrays of each size for each processor, memory that was used as many small blocks serves as a few large ones a moment later, so the pool never holds
/// more than was in use at once. Safe for several threads.
/// </summary>
public sealed class SlabMemoryPool : MemoryPool<byte>
{
    private readonly Lock _lock = new();
    private readonly List<Slab> _slabs = [];

    /// <summary>The pool of this process.</summary>
    public static new SlabMemoryPool Shared { get; } = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => Array.MaxLength;

    /// <summary>How many bytes the pool holds, in use or not.</summary>
    public long Size
    {
        get
        {
            lock (_lock)
            {
                return (long)_slabs.Count * Slab.Size;
            }
        }
    }

    /// <summary>Gives a buffer of at least this length; its content is arbitrary. One beyond the size of a slab is made for the purpose and not kept.</summary>
    /// <param name="minBufferSize">In bytes; -1 for the smallest block.</param>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minBufferSize, -1);
        if (minBufferSize > Slab.Size)
        {
            return new Block(GC.AllocateUninitializedArray<byte>(minBufferSize));
        }

        int order = Slab.OrderOf(minBufferSize);
        lock (_lock)
        {
            // The first that has room: so the last ones become free.
            foreach (Slab slab in _slabs)
            {
                if (slab.TryTake(order, out int offset))
                {
                    return new Block(this, slab, offset, order);
                }
            }

            var added = new Slab();
            _slabs.Add(added);
            added.TryTake(order, out int start);
            return new Block(this, added, start, order);
        }
    }

    /// <summary>Gives up slabs that nothing lies in. For when there will be nothing to do for a while.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            _slabs.RemoveAll(slab => slab.IsEmpty);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Trim();

    private void Return(Slab slab, int offset)
    {
        lock (_lock)
        {
            slab.Return(offset);
        }
    }

    private sealed class Block : IMemoryOwner<byte>
    {
        private readonly SlabMemoryPool? _pool;
        private readonly int _offset;
        private Slab? _slab;

        public Block(byte[] array) => Memory = array;

        public Block(SlabMemoryPool pool, Slab slab, int offset, int order)
        {
            _pool = pool;
            _slab = slab;
            _offset = offset;
            Memory = slab.Bytes.AsMemory(offset, Slab.SmallestBlock << order);
        }

        public Memory<byte> Memory { get; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _slab, null) is { } slab)
            {
                _pool!.Return(slab, _offset);
            }
        }
    }
}
