using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Repository.Tests.Index;

/// <summary>What tests of cache files share: random packs, and indexes that are asked about every blob.</summary>
internal static class IndexCacheKit
{
    public static readonly Sha256Hash RepositoryId = RandomHash(new Random(0));

    /// <summary>Limits so small that few blobs reach every path.</summary>
    public static IndexCacheLimits Tiny { get; } = new() { MaxLoadedBytes = 2000, MinRecentBlobs = 30, MaxRecentBlobs = 60, MaxRecentFiles = 6, SortedAtOnce = 16 };

    /// <summary>A pack of random blobs, of which some have ids that begin like those of others.</summary>
    public static SavedPack RandomPack(Random random, int blobCount)
    {
        List<PackedBlob> blobs = [];
        for (uint i = 0; i < blobCount; i++)
        {
            BlobType type = random.Next(3) == 0 ? BlobType.Tree : BlobType.Data;
            blobs.Add(new PackedBlob(new BlobKey(new BlobId(RandomHash(random)), type), i * 100, 100, i % 2 * 200));
        }

        return new SavedPack(new PackId(RandomHash(random)), blobs);
    }

    public static Sha256Hash RandomHash(Random random)
    {
        byte[] bytes = new byte[Sha256Hash.Size];
        random.NextBytes(bytes);
        if (random.Next(10) == 0)
        {
            bytes.AsSpan(0, 8).Fill((byte)random.Next(3));
        }

        return new Sha256Hash(bytes);
    }

    public static BlobKey UnknownKey(int number) => new(new BlobId(new Sha256Hash(SHA256.HashData(BitConverter.GetBytes(number)))), BlobType.Data);

    /// <summary>Writes a cache file of packs.</summary>
    public static MappedIndex Build(IndexCache cache, IEnumerable<SavedPack> packs, MappedIndex? start = null, params IReadOnlyCollection<IndexId> files)
    {
        using var builder = new MappedIndexBuilder(cache, start);
        foreach (SavedPack pack in packs)
        {
            builder.Add(pack.Id, [.. pack.Blobs]);
        }

        return builder.Complete(files, TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts that an index knows exactly these packs, asked in every way.</summary>
    public static void AssertKnowsExactly(IEnumerable<SavedPack> packs, BlobIndex index)
    {
        Dictionary<BlobKey, HashSet<(PackId Pack, PackedBlob Blob)>> expected = [];
        HashSet<PackId> packIds = [];
        foreach (SavedPack pack in packs)
        {
            packIds.Add(pack.Id);
            Assert.True(index.TryGetPackNumber(pack.Id, out int number));
            Assert.Equal(pack.Id, index.GetPack(number));
            foreach (PackedBlob blob in pack.Blobs)
            {
                if (!expected.TryGetValue(blob.Key, out HashSet<(PackId, PackedBlob)>? places))
                {
                    expected[blob.Key] = places = [];
                }

                places.Add((pack.Id, blob));
            }
        }

        Assert.Equal(expected.Values.Sum(places => places.Count), index.Count);
        Assert.Equal(packIds.Count, index.PackCount);
        foreach ((BlobKey key, HashSet<(PackId, PackedBlob)> places) in expected)
        {
            List<int> entries = index.FindAll(key);
            Assert.Equal(places.Count, entries.Count);
            Assert.True(places.SetEquals(entries.Select(entry => index.GetPlace(entry)).Select(place => (place.Pack, place.Blob))));
            Assert.True(index.TryFind(key, out int first));
            Assert.Equal(entries[0], first);
            BlobKey other = key with { Type = key.Type == BlobType.Tree ? BlobType.Data : BlobType.Tree };
            Assert.Equal(expected.ContainsKey(other), index.Contains(other));
        }

        for (int entry = 0; entry < index.Count; entry++)
        {
            BlobPlace place = index.GetPlace(entry);
            Assert.Contains((place.Pack, place.Blob), expected[place.Blob.Key]);
        }

        for (int i = 0; i < 200; i++)
        {
            Assert.False(index.Contains(UnknownKey(i)));
        }
    }
}
