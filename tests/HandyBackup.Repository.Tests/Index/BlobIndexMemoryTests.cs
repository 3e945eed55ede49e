using System.Runtime.CompilerServices;

namespace HandyBackup.Repository.Tests.Index;

/// <summary>Runs alone: other tests use memory too.</summary>
[Collection(nameof(BlobIndexMemoryTests))]
[CollectionDefinition(nameof(BlobIndexMemoryTests), DisableParallelization = true)]
public sealed class BlobIndexMemoryTests
{
    [Fact]
    public void A_million_blobs_take_at_most_64_bytes_each()
    {
        const int Count = 1_000_000;
        long with = MeasureWith(Count);

        // What is free without it, and not what was used before: pools that other tests filled shrink with time.
        long without = GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange((with - without) / (double)Count, 48, 64);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long MeasureWith(int count)
    {
        var index = new BlobIndex();
        for (int i = 0; i < count; i += 20)
        {
            index.Add(BlobIndexTests.PackOf(i / 20), [.. Enumerable.Range(i, 20).Select(BlobIndexTests.BlobOf)]);
        }

        long used = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(count, index.Count);
        return used;
    }
}
