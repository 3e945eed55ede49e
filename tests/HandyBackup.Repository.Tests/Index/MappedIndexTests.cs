using HandyBackup.Contracts;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Index.IndexCacheKit;

namespace HandyBackup.Repository.Tests.Index;

public sealed class MappedIndexTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(84)]
    [InlineData(85)]
    [InlineData(86)]
    [InlineData(5000)]
    public void Every_blob_is_found_where_it_lies_and_no_other_one_is(int count)
    {
        var random = new Random(count);
        List<SavedPack> packs = [.. Enumerable.Range(0, (count + 19) / 20).Select(i => RandomPack(random, Math.Min(20, count - (i * 20))))];

        MappedIndex built = Build(Cache(), packs);

        Assert.Equal(count, built.Count);
        AssertKnowsExactly(packs, new BlobIndex(built));
    }

    [Fact]
    public void Blob_in_many_packs_is_found_in_all_of_them_over_several_pages()
    {
        SavedPack first = RandomPack(new Random(1), 50);
        List<SavedPack> packs = [first];
        for (int i = 0; i < 300; i++)
        {
            packs.Add(new SavedPack(new PackId(RandomHash(new Random(i))), [first.Blobs[7] with { Offset = (uint)i }]));
        }

        AssertKnowsExactly(packs, new BlobIndex(Build(Cache(), packs)));
    }

    [Fact]
    public void Packs_that_are_named_several_times_count_once()
    {
        var random = new Random(3);
        SavedPack whole = RandomPack(random, 40);
        var part = new SavedPack(whole.Id, whole.Blobs[..10]);
        SavedPack other = RandomPack(random, 5);
        MappedIndex start = Build(Cache(), [whole, part, whole]);
        Assert.Equal(40, start.Count);

        MappedIndex next = Build(Cache(), [part, other, whole, other], start);

        AssertKnowsExactly([whole, other], new BlobIndex(next));
        Assert.Equal(start.GetPack(0), next.GetPack(0));
    }

    [Fact]
    public void What_is_added_above_a_cache_file_is_found_beside_it()
    {
        var random = new Random(4);
        List<SavedPack> packs = [.. Enumerable.Range(0, 30).Select(_ => RandomPack(random, 20))];
        var known = new SavedPack(packs[3].Id, packs[3].Blobs[..5]);
        var index = new BlobIndex(Build(Cache(), packs[..15].Append(known)));
        int before = index.Count;
        BlobPlace[] places = [.. Enumerable.Range(0, before).Select(index.GetPlace)];

        foreach (SavedPack pack in packs)
        {
            index.Add(pack.Id, [.. pack.Blobs]);
        }

        AssertKnowsExactly(packs, index);
        Assert.Equal(300, index.RecentCount);
        Assert.Equal(places, Enumerable.Range(0, before).Select(index.GetPlace));
    }

    [Fact]
    public void Two_hundred_thousand_blobs_take_at_most_64_bytes_each_and_nearly_no_managed_memory()
    {
        const int Count = 200_000;
        var cache = new IndexCache(_folder.Path, RepositoryId, new IndexCacheLimits { SortedAtOnce = 10_000 });
        MappedIndex built = Build(cache, Enumerable.Range(0, Count / 20).Select(i => new SavedPack(BlobIndexTests.PackOf(i), [.. Enumerable.Range(i * 20, 20).Select(BlobIndexTests.BlobOf)])));
        string path = _folder.Combine(built.Name);
        Assert.InRange(new FileInfo(path).Length / (double)Count, 48, 64);

        long before = GC.GetAllocatedBytesForCurrentThread();
        MappedIndex opened = MappedIndex.Open(path, RepositoryId)!;
        int hits = 0;
        int misses = 0;
        for (int i = 0; i < Count; i++)
        {
            PackedBlob blob = BlobIndexTests.BlobOf(i);
            hits += opened.GetEntry(opened.Find(blob.Key)).Blob == blob ? 1 : 0;
            misses += opened.Find(BlobIndexTests.BlobOf(Count + i).Key) < 0 ? 1 : 0;
        }

        Assert.Equal((Count, Count), (hits, misses));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L * Count);
    }

    [Fact]
    public void Every_altered_byte_is_noticed_or_without_effect()
    {
        var random = new Random(5);
        List<SavedPack> packs = [.. Enumerable.Range(0, 60).Select(_ => RandomPack(random, 10))];
        MappedIndex built = Build(Cache(), packs, null, new IndexId(RandomHash(random)));
        string path = _folder.Combine(built.Name);
        byte[] sound = File.ReadAllBytes(path);
        int noticed = 0;
        int flips = 0;
        for (int page = 0; page < sound.Length / IndexPage.Size; page++)
        {
            foreach (int offset in (int[])[0, 9, 20, 50, 70, 1000 + page, 4079, 4080, 4087, 4088, 4095])
            {
                byte[] altered = (byte[])sound.Clone();
                altered[(page * IndexPage.Size) + offset] ^= (byte)(1 << random.Next(8));
                string copy = _folder.Combine($"{page}-{offset}");
                File.WriteAllBytes(copy, altered);
                flips++;
                noticed += IsNoticed(copy, packs) ? 1 : 0;
                File.Delete(copy);
            }
        }

        Assert.Equal(flips, noticed);
    }

    [Fact]
    public void File_of_another_repository_or_length_is_not_opened()
    {
        var random = new Random(6);
        MappedIndex built = Build(Cache(), [RandomPack(random, 300)]);
        string path = _folder.Combine(built.Name);
        byte[] sound = File.ReadAllBytes(path);
        Assert.NotNull(MappedIndex.Open(path, RepositoryId));
        Assert.Null(MappedIndex.Open(path, RandomHash(random)));
        foreach (byte[] content in (byte[][])[[], sound[..100], sound[..^1], sound[..^IndexPage.Size], [.. sound, 0], [.. sound[IndexPage.Size..]], new byte[sound.Length]])
        {
            string copy = _folder.Combine("copy");
            File.WriteAllBytes(copy, content);
            Assert.Null(MappedIndex.Open(copy, RepositoryId));
        }
    }

    [Fact]
    public void Page_of_another_file_is_noticed()
    {
        SavedPack pack = RandomPack(new Random(7), 300);
        MappedIndex built = Build(Cache(), [pack]);
        byte[] mixed = File.ReadAllBytes(_folder.Combine(built.Name));
        byte[] same = File.ReadAllBytes(_folder.Combine(Build(Cache(), [pack]).Name));
        same.AsSpan(2 * IndexPage.Size, IndexPage.Size).CopyTo(mixed.AsSpan(2 * IndexPage.Size));
        string copy = _folder.Combine("copy");
        File.WriteAllBytes(copy, mixed);
        Assert.True(IsNoticed(copy, [pack]));
    }

    [Fact]
    public void Stopped_writing_leaves_nothing()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        using (var builder = new MappedIndexBuilder(Cache(), null))
        {
            builder.Add(BlobIndexTests.PackOf(1), [.. RandomPack(new Random(8), 100).Blobs]);
            Assert.Throws<OperationCanceledException>(() => builder.Complete([], stopped.Token));
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Unfinished_files_of_the_dead_are_removed_and_those_of_the_living_are_not()
    {
        IndexCache cache = Cache();
        string dead = _folder.Combine("dead.new");
        File.WriteAllBytes(dead, [1]);
        using (cache.CreateUnfinished(deleteOnClose: false, out string living))
        {
            Assert.Null(Cache().Open(new Dictionary<IndexId, long>()));
            Assert.False(File.Exists(dead));
            Assert.True(File.Exists(living));
        }

        Assert.Null(Cache().Open(new Dictionary<IndexId, long>()));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Folder_and_files_are_the_owners_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Modes are a matter of Unix; on Windows the data path's access list is inherited.");
            return;
        }

        string folder = _folder.Combine("cache");
        MappedIndex built = Build(new IndexCache(folder, RepositoryId, Tiny), []);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Join(folder, built.Name)) & (UnixFileMode.OtherWrite | UnixFileMode.GroupWrite));
    }

    private static bool IsNoticed(string path, List<SavedPack> packs)
    {
        if (MappedIndex.Open(path, RepositoryId) is not { } opened)
        {
            return true;
        }

        try
        {
            AssertKnowsExactly(packs, new BlobIndex(opened));
            return false;
        }
        catch (HandyBackupException exception)
        {
            Assert.Equal(ErrorCode.IndexDamaged, exception.Code);
            Assert.True(exception.IsTransient);
            Assert.True(opened.IsDamaged);
            Assert.False(File.Exists(path));
            return true;
        }
    }

    private IndexCache Cache() => new(_folder.Path, RepositoryId, Tiny);
}
