using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.TestRepository;

namespace HandyBackup.Repository.Tests.Keys;

public sealed class RepositoryKeysTests : IAsyncDisposable
{
    private const int Limit = 30_000;

    private readonly MemoryStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IEnumerable<string> KeyNames => _store.Files.Where(file => file.Kind == StoreFileKind.Key).Select(file => file.Name);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact(Timeout = Limit)]
    public async Task List_shows_who_made_each_key()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        KeyEntry added = await repository.Keys.AddAsync("second", "bob", "bobs-pc", Stop);

        List<KeyEntry> keys = await ToListAsync(repository.Keys.ListAsync(Stop));
        Assert.Equal(2, keys.Count);
        Assert.Contains(added, keys);
        KeyEntry first = Assert.Single(keys, key => key.Id == repository.Keys.Current);
        Assert.Equal(("tester", "testhost", null), (first.UserName, first.HostName, first.Error));
        Assert.Equal(TimeProvider.System.GetUtcNow(), first.Created, TimeSpan.FromMinutes(1));
    }

    [Fact(Timeout = Limit)]
    public async Task Added_password_opens_and_the_first_still_does()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        KeyEntry added = await repository.Keys.AddAsync("second", "bob", "bobs-pc", Stop);
        Assert.NotEqual(added.Id, repository.Keys.Current);

        await using OpenRepository second = await OpenAsync(_store, "second");
        Assert.Equal(added.Id, second.Keys.Current);
        Assert.Equal(repository.ChunkerKey.ToArray(), second.ChunkerKey.ToArray());
        await using OpenRepository first = await OpenAsync(_store);
        Assert.Equal(repository.Keys.Current, first.Keys.Current);
    }

    [Fact(Timeout = Limit)]
    public async Task Changed_password_opens_and_the_former_does_not()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        KeyId former = repository.Keys.Current;
        KeyEntry added = await repository.Keys.ChangePasswordAsync("changed", "bob", "bobs-pc", Stop);

        Assert.Equal(added.Id, repository.Keys.Current);
        Assert.NotEqual(former, added.Id);
        Assert.Equal([added.Id.ToString()], KeyNames);
        await using OpenRepository opened = await OpenAsync(_store, "changed");
        Assert.Equal(repository.Id, opened.Id);
        await AssertFailsAsync(ErrorCode.WrongPassword, () => OpenAsync(_store));
    }

    [Fact(Timeout = Limit)]
    public async Task Change_that_fails_at_any_point_leaves_a_password_that_opens()
    {
        await using OpenRepository created = await CreateAsync(_store);
        var faulty = new FaultyStore(_store);
        foreach (StoreOperation operation in new[] { StoreOperation.Save, StoreOperation.FindSize, StoreOperation.Load, StoreOperation.Remove })
        {
            faulty.Heal();
            await using OpenRepository repository = await OpenAsync(faulty);
            repository.Keys.NewKeyCost = Creation.ScryptCost;
            faulty.Script(new StoreFault(operation) { Error = StoreError.Unavailable });
            await AssertFailsAsync(ErrorCode.StoreUnavailable, () => repository.Keys.ChangePasswordAsync("changed", "bob", "bobs-pc", Stop));

            await using OpenRepository former = await OpenAsync(_store);
            Assert.Equal(created.Id, former.Id);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Key_that_the_store_did_not_keep_whole_replaces_none()
    {
        await using OpenRepository created = await CreateAsync(_store);
        var faulty = new FaultyStore(_store);
        await using OpenRepository repository = await OpenAsync(faulty);
        repository.Keys.NewKeyCost = Creation.ScryptCost;
        faulty.Script(new StoreFault(StoreOperation.Save) { SavedBytes = 100 });

        await AssertFailsAsync(ErrorCode.KeyDamaged, () => repository.Keys.ChangePasswordAsync("changed", "bob", "bobs-pc", Stop));
        Assert.Equal([created.Keys.Current.ToString()], KeyNames);
        await using OpenRepository former = await OpenAsync(_store);
        Assert.Equal(created.Id, former.Id);
    }

    [Fact(Timeout = Limit)]
    public async Task Removed_key_does_not_open_any_more()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        KeyEntry added = await repository.Keys.AddAsync("second", "bob", "bobs-pc", Stop);
        await repository.Keys.RemoveAsync(added.Id.ToString()[..12].ToUpperInvariant(), Stop);

        Assert.Equal([repository.Keys.Current.ToString()], KeyNames);
        await AssertFailsAsync(ErrorCode.WrongPassword, () => OpenAsync(_store, "second"));
    }

    [Fact(Timeout = Limit)]
    public async Task Current_key_is_not_removed()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        await AssertFailsAsync(ErrorCode.LastKey, () => repository.Keys.RemoveAsync(repository.Keys.Current.ToString(), Stop));
        await repository.Keys.AddAsync("second", "bob", "bobs-pc", Stop);
        await AssertFailsAsync(ErrorCode.LastKey, () => repository.Keys.RemoveAsync(repository.Keys.Current.ToString(), Stop));
        Assert.Equal(2, KeyNames.Count());
    }

    [Theory(Timeout = Limit)]
    [InlineData("none of these")]
    [InlineData("")]
    public async Task Unknown_key_is_named(string id)
    {
        await using OpenRepository repository = await CreateAsync(_store);
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => repository.Keys.RemoveAsync(id, Stop));
        Assert.Equal((ErrorCode.KeyNotFound, id), (exception.Code, exception.Target));
    }

    [Fact(Timeout = Limit)]
    public async Task Ambiguous_id_removes_nothing()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        _store[new StoreFile(StoreFileKind.Key, "aa" + new string('0', 62))] = [];
        _store[new StoreFile(StoreFileKind.Key, "aa" + new string('1', 62))] = [];
        await AssertFailsAsync(ErrorCode.KeyNotFound, () => repository.Keys.RemoveAsync("aa", Stop));
        Assert.Equal(3, KeyNames.Count());
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_key_is_listed_with_its_error()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        KeyEntry added = await repository.Keys.AddAsync("second", "bob", "bobs-pc", Stop);
        var file = new StoreFile(StoreFileKind.Key, added.Id.ToString());
        _store[file] = _store[file][..^1];

        KeyEntry damaged = Assert.Single(await ToListAsync(repository.Keys.ListAsync(Stop)), key => key.Id == added.Id);
        Assert.Equal(ErrorCode.KeyDamaged, damaged.Error?.Code);
        Assert.Equal($"keys/{added.Id}", damaged.Error?.Target);
    }
}
