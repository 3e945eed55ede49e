using System.Buffers;
using HandyBackup.Agent.Core.Memory;

namespace HandyBackup.Agent.Core.Tests.Memory;

public sealed class SlabMemoryPoolTests
{
    private const int SlabSize = 16 * 1024 * 1024;

    [Theory]
    [InlineData(-1, 4096)]
    [InlineData(0, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 8192)]
    [InlineData(1_000_000, 1 << 20)]
    [InlineData(SlabSize, SlabSize)]
    [InlineData(SlabSize + 1, SlabSize + 1)]
    public void Buffer_is_the_next_power_of_two(int wanted, int expected)
    {
        using var pool = new SlabMemoryPool();
        using IMemoryOwner<byte> owner = pool.Rent(wanted);
        Assert.Equal(expected, owner.Memory.Length);
    }

    [Fact]
    public void Buffers_in_use_never_share_a_byte_and_all_memory_comes_together_again()
    {
        using var pool = new SlabMemoryPool();
        var random = new Random(7);
        List<(IMemoryOwner<byte> Owner, byte Mark)> inUse = [];
        for (int i = 0; i < 20_000; i++)
        {
            if (inUse.Count > 0 && (inUse.Count > 60 || random.Next(2) == 0))
            {
                int chosen = random.Next(inUse.Count);
                (IMemoryOwner<byte> owner, byte mark) = inUse[chosen];
                Assert.Equal(-1, owner.Memory.Span.IndexOfAnyExcept(mark));
                owner.Dispose();
                inUse.RemoveAt(chosen);
            }
            else
            {
                IMemoryOwner<byte> owner = pool.Rent(1 << random.Next(8, 20));
                owner.Memory.Span.Fill((byte)i);
                inUse.Add((owner, (byte)i));
            }
        }

        long size = pool.Size;
        inUse.ForEach(buffer => buffer.Owner.Dispose());
        using (pool.Rent(SlabSize))
        {
            Assert.Equal(size, pool.Size);
        }

        pool.Trim();
        Assert.Equal(0, pool.Size);
    }

    [Fact]
    public void Memory_that_was_many_small_buffers_serves_as_large_ones()
    {
        using var pool = new SlabMemoryPool();
        IMemoryOwner<byte>[] small = [.. Enumerable.Range(0, SlabSize / 4096).Select(_ => pool.Rent(4096))];
        Array.ForEach(small, owner => owner.Dispose());
        IMemoryOwner<byte>[] large = [.. Enumerable.Range(0, 16).Select(_ => pool.Rent(1 << 20))];

        Assert.Equal(SlabSize, pool.Size);
        Array.ForEach(large, owner => owner.Dispose());
    }

    [Fact]
    public void Giving_a_buffer_back_twice_does_no_harm()
    {
        using var pool = new SlabMemoryPool();
        IMemoryOwner<byte> owner = pool.Rent(SlabSize);
        owner.Dispose();
        using IMemoryOwner<byte> next = pool.Rent(SlabSize);
        owner.Dispose();
        using IMemoryOwner<byte> other = pool.Rent(SlabSize);

        Assert.Equal(2 * SlabSize, pool.Size);
    }

    [Fact]
    public void Several_threads_can_use_it()
    {
        using var pool = new SlabMemoryPool();
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 2000; i++)
            {
                using IMemoryOwner<byte> owner = pool.Rent(random.Next(1, 100_000));
                owner.Memory.Span.Fill((byte)thread);
                Assert.Equal(-1, owner.Memory.Span.IndexOfAnyExcept((byte)thread));
            }
        });
        pool.Trim();
        Assert.Equal(0, pool.Size);
    }
}
