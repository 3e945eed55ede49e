using System.Buffers;

namespace HandyBackup.Repository;

/// <summary>A pooled buffer that several blobs lie in; it goes back to the pool when the last of them is disposed.</summary>
internal sealed class SharedBuffer
{
    private readonly IMemoryOwner<byte> _owner;
    private int _userCount = 1;

    /// <summary>Takes a buffer from a pool. Whoever makes it is its first user.</summary>
    public SharedBuffer(MemoryPool<byte> pool, int length)
    {
        _owner = pool.Rent(length);
        Memory = _owner.Memory[..length];
    }

    /// <summary>The whole buffer.</summary>
    public Memory<byte> Memory { get; }

    /// <summary>Makes an owner of a part of the buffer: one user more.</summary>
    public IMemoryOwner<byte> Share(int offset, int length)
    {
        Interlocked.Increment(ref _userCount);
        return new Slice(this, Memory.Slice(offset, length));
    }

    /// <summary>One user less.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _userCount) == 0)
        {
            _owner.Dispose();
        }
    }

    private sealed class Slice(SharedBuffer buffer, Memory<byte> memory) : IMemoryOwner<byte>
    {
        private SharedBuffer? _buffer = buffer;

        public Memory<byte> Memory { get; } = memory;

        public void Dispose() => Interlocked.Exchange(ref _buffer, null)?.Release();
    }
}
