using System.Buffers.Binary;
using HandyBackup.Contracts;

namespace HandyBackup.Repository.Tests.Index;

public sealed class BlobIndexTests
{
    private static readonly PackId s_pack = new(new Sha256Hash(new byte[32]));

    [Fact]
    public void Every_added_blob_is_found_where_it_lies_and_no_other_one_is()
    {
        var index = new BlobIndex();
        const int Count = 200_000;
        for (int i = 0; i < Count; i += 100)
        {
            index.Add(PackOf(i / 100), [.. Enumerable.Range(i, 100).Select(BlobOf)]);
        }

        Assert.Equal(Count, index.Count);
        Assert.Equal(Count / 100, index.PackCount);
        for (int i = 0; i < Count; i++)
        {
            Assert.True(index.TryFind(BlobOf(i).Key, out int entry));
            Assert.Equal(new BlobPlace(PackOf(i / 100), i / 100, BlobOf(i)), index.GetPlace(entry));
            Assert.False(index.Contains(BlobOf(Count + i).Key));
        }
    }

    [Fact]
    public void Data_and_tree_of_equal_content_are_told_apart()
    {
        var index = new BlobIndex();
        PackedBlob data = BlobOf(1);
        PackedBlob tree = data with { Key = data.Key with { Type = BlobType.Tree }, Offset = 9 };
        index.Add(s_pack, [data]);
        Assert.False(index.Contains(tree.Key));
        index.Add(s_pack, [tree]);
        Assert.Equal(tree, index.GetPlace(Assert.Single(index.FindAll(tree.Key))).Blob);
        Assert.Equal(data, index.GetPlace(Assert.Single(index.FindAll(data.Key))).Blob);
    }

    [Fact]
    public void Blob_in_two_packs_is_found_in_both_and_the_same_pack_twice_counts_once()
    {
        var index = new BlobIndex();
        index.Add(PackOf(1), [BlobOf(1)]);
        index.Add(PackOf(2), [BlobOf(1)]);
        index.Add(PackOf(1), [BlobOf(1)]);
        Assert.Equal([PackOf(1), PackOf(2)], index.FindAll(BlobOf(1).Key).Select(entry => index.GetPlace(entry).Pack));
        Assert.Equal(2, index.Count);
    }

    [Fact]
    public void Ids_that_begin_alike_are_told_apart()
    {
        var index = new BlobIndex();
        PackedBlob[] blobs = [.. Enumerable.Range(0, 500).Select(i => new PackedBlob(new BlobKey(new BlobId(Hash(7, i)), BlobType.Data), (uint)i, 40, 0))];
        index.Add(s_pack, blobs);
        Assert.All(blobs, blob => Assert.Equal(blob, index.GetPlace(Assert.Single(index.FindAll(blob.Key))).Blob));
        Assert.False(index.Contains(new BlobKey(new BlobId(Hash(7, 500)), BlobType.Data)));
    }

    [Fact]
    public async Task Reading_goes_on_while_blobs_are_added()
    {
        var index = new BlobIndex();
        const int Count = 300_000;
        int added = 0;
        Task adding = Task.Run(
            () =>
            {
                for (int i = 0; i < Count; i++)
                {
                    index.Add(PackOf(i / 50), [BlobOf(i)]);
                    Volatile.Write(ref added, i + 1);
                }
            },
            TestContext.Current.CancellationToken);
        var random = new Random(1);
        while (!adding.IsCompleted)
        {
            int known = Volatile.Read(ref added);
            if (known > 0)
            {
                int i = random.Next(known);
                Assert.True(index.TryFind(BlobOf(i).Key, out int entry));
                Assert.Equal(BlobOf(i), index.GetPlace(entry).Blob);
                Assert.Equal(PackOf(i / 50), index.GetPlace(entry).Pack);
            }

            Assert.False(index.Contains(BlobOf(Count + random.Next(Count)).Key));
        }

        await adding;
    }

    internal static PackedBlob BlobOf(int i) => new(new BlobKey(new BlobId(Hash(Mix((uint)i), i)), BlobType.Data), (uint)i, 40, (uint)(i % 3));

    internal static PackId PackOf(int i) => new(Hash((ulong)i, i));

    private static ulong Mix(ulong value) => (value + 1) * 0x9E3779B97F4A7C15;

    private static Sha256Hash Hash(ulong prefix, int rest)
    {
        Span<byte> bytes = stackalloc byte[Sha256Hash.Size];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, prefix);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.Slice(28), rest);
        return new Sha256Hash(bytes);
    }
}
