using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Index.IndexCacheKit;

namespace HandyBackup.Repository.Tests.Index;

public sealed class CachedRepositoryIndexTests : IAsyncLifetime
{
    private const int Limit = 60_000;

    private readonly TempFolder _folder = new();
    private readonly FaultyStore _store = new(new MemoryStore());

    // What each index file names: the truth that every index must agree with.
    private readonly Dictionary<IndexId, List<SavedPack>> _model = [];
    private OpenRepository _repository = null!;
    private IndexFiles _files = null!;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _repository = await TestRepository.CreateAsync(_store);
        _files = new IndexFiles(_repository.Files);
    }

    public async ValueTask DisposeAsync()
    {
        await _repository.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Seeds))]
    public async Task Random_changes_leave_every_index_equal_to_the_model(int seed)
    {
        var random = new Random(seed);

        // As if in two processes: nothing is shared but the store and the folder.
        RepositoryIndex[] indexes = [Open(), Open()];
        for (int step = 0; step < 60; step++)
        {
            int which = random.Next(2);
            RepositoryIndex index = indexes[which];
            switch (random.Next(9))
            {
                case 0 or 1 or 2:
                    await AddAsync(random);
                    break;
                case 3 or 4:
                    await AddOwnAsync(random, index);
                    break;
                case 5 when _model.Count > 3:
                    await RemoveAsync(_model.Keys.ElementAt(random.Next(_model.Count)));
                    break;
                case 6:
                    await index.DisposeAsync();
                    indexes[which] = index = Open();
                    break;
                case 7:
                    DamageSomeCacheFile(random);
                    break;
                case 8 when random.Next(4) == 0:
                    RemoveCache();
                    break;
            }

            if (random.Next(2) == 0)
            {
                await AssertAgreesAsync(index);
            }
        }

        foreach (RepositoryIndex index in indexes)
        {
            await AssertAgreesAsync(index);
            await index.CompactedAsync(Stop);
            await AssertAgreesAsync(index);
            await index.DisposeAsync();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Second_opening_loads_no_index_file()
    {
        var random = new Random(21);
        for (int i = 0; i < 10; i++)
        {
            await AddAsync(random);
        }

        await using (RepositoryIndex first = Open())
        {
            await AssertAgreesAsync(first);
            await first.CompactedAsync(Stop);
        }

        int before = _store.CallsOf(StoreOperation.Load);
        await using RepositoryIndex second = Open();
        await AssertAgreesAsync(second);
        Assert.Equal(before, _store.CallsOf(StoreOperation.Load));
        Assert.Equal(0, second.Blobs.RecentCount);
    }

    [Fact(Timeout = Limit)]
    public async Task What_outgrows_memory_goes_into_a_new_cache_file_while_reading_and_saving_go_on()
    {
        var random = new Random(22);
        await using RepositoryIndex index = Open();
        await index.RefreshAsync(Stop);
        var saved = new ConcurrentQueue<PackedBlob>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<int> reading = Task.Run(
            () =>
            {
                int replacements = 0;
                BlobIndex last = index.Blobs;
                while (!done.IsCancellationRequested)
                {
                    PackedBlob[] known = [.. saved];
                    foreach (PackedBlob blob in known)
                    {
                        BlobIndex blobs = index.Blobs;
                        replacements += blobs == last ? 0 : 1;
                        last = blobs;
                        Assert.True(blobs.TryFind(blob.Key, out int entry));
                        Assert.Equal(blob, blobs.GetPlace(entry).Blob);
                    }
                }

                return replacements;
            },
            Stop);
        for (int i = 0; i < 60; i++)
        {
            foreach (SavedPack pack in await AddOwnAsync(random, index))
            {
                pack.Blobs.ForEach(saved.Enqueue);
            }

            if (i % 10 == 0)
            {
                await index.CompactedAsync(Stop);
            }
        }

        await done.CancelAsync();
        Assert.True(await reading > 0);
        await index.CompactedAsync(Stop);
        Assert.InRange(index.Blobs.RecentCount, 0, index.Blobs.Count / 2);
        Assert.Single(Directory.GetFiles(_folder.Combine("cache")));
        await AssertAgreesAsync(index);
    }

    [Fact(Timeout = Limit)]
    public async Task Paused_index_is_not_replaced_by_new_files_but_by_the_removal_of_old_ones()
    {
        var random = new Random(27);
        await using RepositoryIndex index = Open();
        IDisposable pause = index.PauseCompaction();
        await index.RefreshAsync(Stop);
        BlobIndex blobs = index.Blobs;
        for (int i = 0; i < 10; i++)
        {
            await AddAsync(random);
            await AddOwnAsync(random, index);
        }

        await index.RefreshAsync(Stop);
        await index.CompactedAsync(Stop);
        Assert.Same(blobs, index.Blobs);
        await AssertAgreesAsync(index);

        await RemoveAsync(_model.Keys.First());
        await index.RefreshAsync(Stop);
        Assert.NotSame(blobs, index.Blobs);
        await AssertAgreesAsync(index);

        pause.Dispose();
        pause.Dispose();
        blobs = index.Blobs;
        while (index.Blobs == blobs)
        {
            await AddOwnAsync(random, index);
            await index.CompactedAsync(Stop);
        }

        await AssertAgreesAsync(index);
    }

    [Fact(Timeout = Limit)]
    public async Task Damage_that_is_found_while_an_index_file_is_saved_is_healed_at_once()
    {
        var random = new Random(23);
        for (int i = 0; i < 10; i++)
        {
            await AddAsync(random);
        }

        await using RepositoryIndex index = Open();
        await index.RefreshAsync(Stop);
        await index.CompactedAsync(Stop);
        SavedPack[] known = [.. _model.Values.SelectMany(packs => packs)];
        string file = Assert.Single(Directory.GetFiles(_folder.Combine("cache")));
        await File.WriteAllBytesAsync(file, [.. (await File.ReadAllBytesAsync(file, Stop)).Select((value, i) => i < IndexPage.Size ? value : (byte)~value)], Stop);

        // An outside program named the same packs once more, so their places in the cache file are looked at.
        await index.SaveAsync(known, Stop);

        AssertKnowsExactly(known, index.Blobs);
        Assert.DoesNotContain(file, Directory.GetFiles(_folder.Combine("cache")));
    }

    [Fact(Timeout = Limit)]
    public async Task Superseded_files_do_not_count_in_cache_files_either()
    {
        var random = new Random(24);
        for (int i = 0; i < 10; i++)
        {
            await AddAsync(random);
        }

        await using (RepositoryIndex first = Open())
        {
            await AssertAgreesAsync(first);
            await first.CompactedAsync(Stop);
        }

        IndexId old = _model.Keys.First();
        await _repository.Files.SaveAsync(StoreFileKind.Index, System.Text.Encoding.UTF8.GetBytes($$"""{"supersedes":["{{old}}"],"packs":[]}"""), Stop);
        _model.Remove(old);
        for (int opening = 0; opening < 2; opening++)
        {
            await using RepositoryIndex index = Open();
            await AssertAgreesAsync(index);
            await index.CompactedAsync(Stop);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Full_disk_costs_the_cache_only()
    {
        using SmallMount disk = SmallMount.CreateOrSkip(kibibytes: 8);
        var random = new Random(25);
        for (int i = 0; i < 20; i++)
        {
            await AddAsync(random);
        }

        var cache = new IndexCache(disk.Path, RepositoryId, Tiny);
        await using RepositoryIndex index = Open(cache);
        await AssertAgreesAsync(index);
        await index.CompactedAsync(Stop);
        await AddOwnAsync(random, index);
        await AssertAgreesAsync(index);
        await index.CompactedAsync(Stop);
        Assert.IsType<IOException>(cache.Fault, exactMatch: false);
        Assert.Empty(Directory.GetFiles(disk.Path));
    }

    [Fact(Timeout = Limit)]
    public async Task Check_reads_the_index_files_themselves_and_leaves_no_file_in_the_cache()
    {
        var random = new Random(26);
        for (int i = 0; i < 10; i++)
        {
            await AddAsync(random);
        }

        _repository.IndexCache = new IndexCache(_folder.Combine("cache"), RepositoryId, Tiny);
        List<CheckFinding> findings = await TestRepository.ToListAsync(RepositoryCheck.RunAsync(_repository, new CheckOptions(), new Progress<RunProgress>(), Stop));

        // Only the index is here, so every pack of it is missing: what the check knows of packs it has from the index files.
        Assert.All(findings, finding => Assert.Equal(ErrorCode.PackMissing, finding.Code));
        Assert.Equal(_model.Values.SelectMany(packs => packs).Distinct().Count(), findings.Count);
        Assert.Empty(Directory.GetFiles(_folder.Combine("cache")));
    }

    private void RemoveCache()
    {
        bool isGone = false;
        while (!isGone)
        {
            try
            {
                Directory.Delete(_folder.Combine("cache"), recursive: true);
                isGone = true;
            }
            catch (IOException)
            {
                // An index has just written a file there.
            }
        }

        Directory.CreateDirectory(_folder.Combine("cache"));
    }

    private RepositoryIndex Open(IndexCache? cache = null) => new(_files, cache ?? new IndexCache(_folder.Combine("cache"), RepositoryId, Tiny));

    private async Task AddAsync(Random random)
    {
        List<SavedPack> packs = RandomPacks(random);
        (Sha256Hash id, _) = await _files.SaveAsync(packs, Stop);
        _model[new IndexId(id)] = packs;
    }

    private async Task<List<SavedPack>> AddOwnAsync(Random random, RepositoryIndex index)
    {
        List<SavedPack> packs = RandomPacks(random);
        HashSet<IndexId> before = [.. (await _files.ListAsync(Stop)).Keys];
        try
        {
            await index.SaveAsync(packs, Stop);
        }
        catch (HandyBackupException e) when (e.Code == ErrorCode.IndexDamaged)
        {
            Assert.Fail("Saving heals a damaged cache file.");
        }

        _model[(await _files.ListAsync(Stop)).Keys.Single(id => !before.Contains(id))] = packs;
        return packs;
    }

    private List<SavedPack> RandomPacks(Random random)
    {
        List<SavedPack> packs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomPack(random, random.Next(1, 25)))];
        if (_model.Count > 0 && random.Next(3) == 0)
        {
            packs.Add(_model.Values.ElementAt(random.Next(_model.Count))[0]);
        }

        return packs;
    }

    private async Task RemoveAsync(IndexId id)
    {
        await _store.RemoveAsync(new StoreFile(StoreFileKind.Index, id.ToString()), Stop);
        _model.Remove(id);
    }

    private void DamageSomeCacheFile(Random random)
    {
        string folder = _folder.Combine("cache");
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.blobs") : [];
        if (files.Length > 0)
        {
            // A copy takes the file's place, since bytes that change after they were verified are more than a drive does.
            string path = files[random.Next(files.Length)];
            try
            {
                byte[] content = File.ReadAllBytes(path);
                content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
                string copy = _folder.Combine("damaged");
                File.WriteAllBytes(copy, content);
                File.Move(copy, path, overwrite: true);
            }
            catch (FileNotFoundException)
            {
                // An index that makes its cache anew in the background has just replaced the file.
            }
        }
    }

    // A damaged page may be found by a look-up, which then fails rather than lie; after the next refresh all is well.
    private async Task AssertAgreesAsync(RepositoryIndex index)
    {
        await index.RefreshAsync(Stop);
        try
        {
            AssertKnowsExactly(_model.Values.SelectMany(packs => packs), index.Blobs);
        }
        catch (HandyBackupException e) when (e.Code == ErrorCode.IndexDamaged)
        {
            await index.RefreshAsync(Stop);
            AssertKnowsExactly(_model.Values.SelectMany(packs => packs), index.Blobs);
        }
    }
}
