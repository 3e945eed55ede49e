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
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var index = new BlobIndex();
        for (int i = 0; i < Count; i += 20)
        {
            index.Add(BlobIndexTests.PackOf(i / 20), [.. Enumerable.Range(i, 20).Select(BlobIndexTests.BlobOf)]);
        }

        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(Count, index.Count);
        Assert.InRange(used / (double)Count, 48, 64);
        GC.KeepAlive(index);
    }
}
