using System.Buffers;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class IndexCacheTests : ServerHarness
{
    // More than are worth a cache file.
    private const int IndexFileCount = 70;

    private string _cacheFolder = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        RepositoryInfo repository = await CreateRepositoryAsync();
        await CreateTaskAsync();
        _cacheFolder = Path.Join(DataPath, "index-cache", repository.Id);
        await StoreManyIndexFilesAsync();
        for (string[] files = []; files.Length == 0; files = CacheFiles())
        {
            // It is written beside the run: at the latest a later run finds it.
            await BackUpAsync();
        }
    }

    [Fact]
    public async Task Restarted_server_loads_the_cache_file_and_not_the_index_files()
    {
        await RestartAsync();
        int before = Stores[Folder("main")].CallsOf(StoreOperation.Load);

        await BackUpAsync();

        Assert.InRange(Stores[Folder("main")].CallsOf(StoreOperation.Load) - before, 0, IndexFileCount / 2);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Lost_cache_is_harmless()
    {
        await Server.DisposeAsync();
        Directory.Delete(Path.Join(DataPath, "index-cache"), recursive: true);
        Server = await StartServerAsync();

        await BackUpAsync();

        await AssertWholeAsync();
    }

    [Fact]
    public async Task Cache_folder_that_cannot_be_used_is_named_in_the_log_and_harmless()
    {
        await Server.DisposeAsync();
        Directory.Delete(Path.Join(DataPath, "index-cache"), recursive: true);
        await File.WriteAllTextAsync(Path.Join(DataPath, "index-cache"), "in the way", Token);
        Server = await StartServerAsync();

        // The first backup makes the index, the second finds that the cache file could not be written.
        do
        {
            await BackUpAsync();
        }
        while (!Log.Lines.Any(line => line.StartsWith("1110 Warning", StringComparison.Ordinal)));

        await AssertWholeAsync();
    }

    [Fact]
    public async Task Damaged_cache_file_fails_one_run_at_most()
    {
        await Server.DisposeAsync();
        foreach (string file in CacheFiles())
        {
            byte[] content = await File.ReadAllBytesAsync(file, Token);
            for (int i = 5000; i < content.Length; i += 512)
            {
                content[i] ^= 1;
            }

            await File.WriteAllBytesAsync(file, content, Token);
        }

        Server = await StartServerAsync();
        Run first = await RunTaskAsync();
        Assert.True(first.State == RunState.Completed || first.Error!.Code == ErrorCode.IndexDamaged, $"{first.State}: {first.Error}");

        await BackUpAsync();

        await AssertWholeAsync();
    }

    [Fact]
    public async Task Removed_repository_takes_its_cache_with_it()
    {
        await Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main", RemoveTasks = true }, Token);
        while (Directory.Exists(_cacheFolder))
        {
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }
    }

    private string[] CacheFiles() => Directory.Exists(_cacheFolder) ? Directory.GetFiles(_cacheFolder, "*.blobs") : [];

    private async Task AssertWholeAsync()
    {
        Run check = await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main", ReadData = true }, Token));
        Assert.True(check.State == RunState.Completed, $"{check.State}: {check.Error}");
        Assert.Equal(0, check.Warnings);
    }

    private async Task StoreManyIndexFilesAsync()
    {
        await using var store = new LocalStore(Folder("main"), TimeProvider.System);
        await using OpenRepository repository = await OpenRepository.OpenAsync(store, Password, TimeProvider.System, Token);
        await using IndexedRepository indexed = await repository.LoadIndexAsync(Token);
        for (int i = 0; i < IndexFileCount; i++)
        {
            byte[] content = Encoding.UTF8.GetBytes($"content {i}");
            IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent(content.Length);
            content.CopyTo(owner.Memory);
            await indexed.Writer.PutAsync(new BlobPayload(FakeTree.IdOf(content), BlobType.Data, content.Length, isCompressed: false, owner, content.Length), verify: true, Token);
            await indexed.Writer.FlushAsync(Token);
        }
    }
}
