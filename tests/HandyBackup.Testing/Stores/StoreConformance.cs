using System.Security.Cryptography;
using HandyBackup.Stores;

namespace HandyBackup.Testing;

/// <summary>What every store must do. A test class of a store derives from this and makes the store.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    private const int Limit = 60_000;

    private IStore? _store;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected IStore Store => _store ?? throw new InvalidOperationException("The test has not begun.");

    public virtual async ValueTask InitializeAsync()
    {
        _store = await MakeStoreAsync();
        await Store.CreateAsync(Stop);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Store.DisposeAsync();
    }

    /// <summary>Makes a store on a new, empty place.</summary>
    protected abstract Task<IStore> MakeStoreAsync();

    [Fact(Timeout = Limit)]
    public async Task New_store_has_no_files()
    {
        foreach (StoreFileKind kind in Enum.GetValues<StoreFileKind>())
        {
            Assert.Empty(await ListAsync(kind));
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Saved_file_comes_back(int size)
    {
        foreach (StoreFileKind kind in Enum.GetValues<StoreFileKind>())
        {
            byte[] content = RandomNumberGenerator.GetBytes(size);
            StoreFile file = NewFile(kind);
            await Store.SaveAsync(file, [content.AsMemory(0, size / 3), content.AsMemory(size / 3)], Stop);

            Assert.Equal(size, await Store.FindSizeAsync(file, Stop));
            Assert.Equal(content, await LoadAsync(file, 0, size));
            Assert.Equal([new StoreFileInfo(file.Name, size)], await ListAsync(kind));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task File_saved_from_no_parts_is_empty()
    {
        StoreFile file = NewFile(StoreFileKind.Index);
        await Store.SaveAsync(file, [], Stop);
        Assert.Equal(0, await Store.FindSizeAsync(file, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Ranges_load()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1000);
        StoreFile file = await SaveAsync(StoreFileKind.Pack, content);

        Assert.Equal(content[10..20].ToArray(), await LoadAsync(file, 10, 10));
        Assert.Equal(content[999..].ToArray(), await LoadAsync(file, 999, 1));
        Assert.Empty(await LoadAsync(file, 1000, 0));
    }

    [Theory(Timeout = Limit)]
    [InlineData(0, 1001)]
    [InlineData(999, 2)]
    [InlineData(1000, 1)]
    [InlineData(5000, 1)]
    public async Task Range_beyond_the_end_is_too_short(int offset, int length)
    {
        StoreFile file = await SaveAsync(StoreFileKind.Pack, new byte[1000]);
        await AssertFailsAsync(StoreError.TooShort, () => LoadAsync(file, offset, length));
    }

    [Fact(Timeout = Limit)]
    public async Task Missing_file_is_not_found()
    {
        foreach (StoreFileKind kind in Enum.GetValues<StoreFileKind>())
        {
            StoreFile file = NewFile(kind);
            Assert.Null(await Store.FindSizeAsync(file, Stop));
            await AssertFailsAsync(StoreError.NotFound, () => LoadAsync(file, 0, 1));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Existing_file_is_not_overwritten()
    {
        byte[] content = RandomNumberGenerator.GetBytes(100);
        StoreFile file = await SaveAsync(StoreFileKind.Snapshot, content);

        await AssertFailsAsync(StoreError.AlreadyExists, () => Store.SaveAsync(file, [new byte[50]], Stop));
        Assert.Equal(content, await LoadAsync(file, 0, 100));
    }

    [Fact(Timeout = Limit)]
    public async Task One_of_many_that_save_the_same_name_at_once_wins()
    {
        StoreFile file = NewFile(StoreFileKind.Config);
        byte[][] contents = [.. Enumerable.Range(0, 16).Select(i => Enumerable.Repeat((byte)i, 1000).ToArray())];
        StoreError?[] outcomes = await Task.WhenAll(contents.Select(content => Task.Run(() => OutcomeAsync(() => Store.SaveAsync(file, [content], Stop)), Stop)));

        Assert.Equal(15, outcomes.Count(error => error == StoreError.AlreadyExists));
        Assert.Equal(contents[Array.IndexOf(outcomes, null)], await LoadAsync(file, 0, 1000));
    }

    [Fact(Timeout = Limit)]
    public async Task Listing_shows_exactly_what_was_saved()
    {
        var saved = new List<StoreFileInfo>();
        for (int i = 0; i < 300; i++)
        {
            StoreFile file = await SaveAsync(StoreFileKind.Pack, new byte[i % 7]);
            saved.Add(new StoreFileInfo(file.Name, i % 7));
        }

        await SaveAsync(StoreFileKind.Index, new byte[3]);
        Assert.Equal(saved.OrderBy(file => file.Name, StringComparer.Ordinal), (await ListAsync(StoreFileKind.Pack)).OrderBy(file => file.Name, StringComparer.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Listing_may_be_left_early()
    {
        await SaveAsync(StoreFileKind.Lock, new byte[1]);
        await SaveAsync(StoreFileKind.Lock, new byte[1]);
        int seen = 0;
        await foreach (StoreFileInfo _ in Store.ListAsync(StoreFileKind.Lock, Stop))
        {
            seen++;
            break;
        }

        Assert.Equal(1, seen);
        Assert.Equal(2, (await ListAsync(StoreFileKind.Lock)).Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Removed_file_is_gone()
    {
        StoreFile kept = await SaveAsync(StoreFileKind.Key, new byte[1]);
        StoreFile removed = await SaveAsync(StoreFileKind.Key, new byte[1]);
        await Store.RemoveAsync(removed, Stop);

        Assert.Null(await Store.FindSizeAsync(removed, Stop));
        Assert.Equal([new StoreFileInfo(kept.Name, 1)], await ListAsync(StoreFileKind.Key));
    }

    [Fact(Timeout = Limit)]
    public async Task Removing_what_does_not_exist_succeeds_and_removes_nothing_else()
    {
        StoreFile kept = await SaveAsync(StoreFileKind.Pack, new byte[1]);
        await Store.RemoveAsync(NewFile(StoreFileKind.Pack), Stop);
        Assert.Equal(1, await Store.FindSizeAsync(kept, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Removed_name_can_be_saved_again()
    {
        StoreFile file = await SaveAsync(StoreFileKind.Pack, new byte[1]);
        await Store.RemoveAsync(file, Stop);
        await Store.SaveAsync(file, [new byte[2]], Stop);
        Assert.Equal(2, await Store.FindSizeAsync(file, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Replaced_file_has_the_new_content()
    {
        StoreFile file = await SaveAsync(StoreFileKind.Pack, new byte[100]);
        byte[] content = RandomNumberGenerator.GetBytes(40);
        await Store.ReplaceAsync(file, [content.AsMemory(0, 10), content.AsMemory(10)], Stop);
        Assert.Equal(content, await LoadAsync(file, 0, 40));
        Assert.Equal([new StoreFileInfo(file.Name, 40)], await ListAsync(StoreFileKind.Pack));
    }

    [Fact(Timeout = Limit)]
    public async Task Replacing_what_does_not_exist_saves_it()
    {
        StoreFile file = NewFile(StoreFileKind.Snapshot);
        await Store.ReplaceAsync(file, [new byte[7]], Stop);
        Assert.Equal(7, await Store.FindSizeAsync(file, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelled_replacing_leaves_the_former_file()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        StoreFile file = await SaveAsync(StoreFileKind.Pack, new byte[3]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReplaceAsync(file, [new byte[10]], cancelled.Token));
        Assert.Equal(3, await Store.FindSizeAsync(file, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Parity_of_every_kind_of_file_is_listed()
    {
        string digits = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        string[] names = [.. "ckips".Select(letter => $"{letter}-{digits}")];
        foreach (string name in names)
        {
            await Store.SaveAsync(new StoreFile(StoreFileKind.Parity, name), [new byte[1]], Stop);
        }

        Assert.Equal(names.Order(), (await ListAsync(StoreFileKind.Parity)).Select(file => file.Name).Order());
    }

    [Fact(Timeout = Limit)]
    public async Task Deleted_repository_has_no_files()
    {
        foreach (StoreFileKind kind in Enum.GetValues<StoreFileKind>())
        {
            await SaveAsync(kind, new byte[1]);
        }

        await Store.DeleteAsync(Stop);
        Assert.True(await Store.IsEmptyAsync(Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Creating_twice_keeps_what_is_there()
    {
        StoreFile file = await SaveAsync(StoreFileKind.Config, new byte[5]);
        await Store.CreateAsync(Stop);
        Assert.Equal(5, await Store.FindSizeAsync(file, Stop));
        Assert.False(await Store.IsEmptyAsync(Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelled_save_leaves_no_file()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        StoreFile file = NewFile(StoreFileKind.Pack);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.SaveAsync(file, [new byte[10]], cancelled.Token));
        Assert.Null(await Store.FindSizeAsync(file, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Many_threads_save_load_and_remove_at_once()
    {
        await Parallel.ForAsync(0, 100, Stop, async (i, stop) =>
        {
            byte[] content = RandomNumberGenerator.GetBytes(1000 + i);
            StoreFile file = NewFile(StoreFileKind.Pack);
            await Store.SaveAsync(file, [content], stop);
            byte[] loaded = new byte[content.Length];
            await Store.LoadAsync(file, 0, loaded, stop);
            Assert.Equal(content, loaded);
            if (i % 2 == 0)
            {
                await Store.RemoveAsync(file, stop);
            }
        });
        Assert.Equal(50, (await ListAsync(StoreFileKind.Pack)).Count);
    }

    protected static StoreFile NewFile(StoreFileKind kind) =>
        kind == StoreFileKind.Config ? StoreFile.Config : new StoreFile(kind, $"{(kind == StoreFileKind.Parity ? "p-" : "")}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}");

    protected async Task<StoreFile> SaveAsync(StoreFileKind kind, byte[] content)
    {
        StoreFile file = NewFile(kind);
        await Store.SaveAsync(file, [content], Stop);
        return file;
    }

    protected async Task<byte[]> LoadAsync(StoreFile file, long offset, int length)
    {
        byte[] content = new byte[length];
        await Store.LoadAsync(file, offset, content, Stop);
        return content;
    }

    protected async Task<List<StoreFileInfo>> ListAsync(StoreFileKind kind)
    {
        var files = new List<StoreFileInfo>();
        await foreach (StoreFileInfo file in Store.ListAsync(kind, Stop))
        {
            files.Add(file);
        }

        return files;
    }

    protected static async Task AssertFailsAsync(StoreError expected, Func<Task> action) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<StoreException>(action)).Error);

    private static async Task<StoreError?> OutcomeAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (StoreException exception)
        {
            return exception.Error;
        }
    }
}
