using System.Buffers;

namespace HandyBackup.Testing;

/// <summary>Counts what is rented and given back, and spoils what was given back, so that whoever goes on using it is found out.</summary>
public sealed class CountingMemoryPool : MemoryPool<byte>
{
    private long _rented;
    private long _bytes;
    private long _mostBytes;

    /// <inheritdoc/>
    public override int MaxBufferSize => Array.MaxLength;

    /// <summary>Buffers that are out now.</summary>
    public long Rented => Interlocked.Read(ref _rented);

    /// <summary>The most bytes that were out at once.</summary>
    public long MostBytes => Interlocked.Read(ref _mostBytes);

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        IMemoryOwner<byte> inner = Shared.Rent(minBufferSize);
        Interlocked.Increment(ref _rented);
        long bytes = Interlocked.Add(ref _bytes, inner.Memory.Length);
        long most = Interlocked.Read(ref _mostBytes);
        while (bytes > most)
        {
            most = Interlocked.CompareExchange(ref _mostBytes, bytes, most) is var seen && seen == most ? bytes : seen;
        }

        return new Owner(this, inner);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Owner(CountingMemoryPool pool, IMemoryOwner<byte> inner) : IMemoryOwner<byte>
    {
        private int _isDisposed;

        public Memory<byte> Memory => _isDisposed == 0 ? inner.Memory : throw new ObjectDisposedException(nameof(Owner));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            {
                throw new InvalidOperationException("A buffer was given back twice.");
            }

            inner.Memory.Span.Fill(0xDB);
            Interlocked.Decrement(ref pool._rented);
            Interlocked.Add(ref pool._bytes, -inner.Memory.Length);
            inner.Dispose();
        }
    }
}
