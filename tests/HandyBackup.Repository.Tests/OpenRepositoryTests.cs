using System.Text;
using System.Text.Json.Nodes;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.TestRepository;

namespace HandyBackup.Repository.Tests;

/// <summary>Creating and opening, and every way in which a place can be no sound repository.</summary>
public sealed class OpenRepositoryTests : IAsyncDisposable
{
    private const int Limit = 30_000;

    private readonly MemoryStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private StoreFile Key => _store.Files.Single(file => file.Kind == StoreFileKind.Key);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Created_repository_opens_and_is_the_same(int version)
    {
        await using OpenRepository created = await CreateAsync(_store, version);
        await using OpenRepository opened = await OpenAsync(_store);

        Assert.Equal(version, opened.FormatVersion);
        Assert.Equal(created.Id, opened.Id);
        Assert.True(Sha256Hash.TryParse(opened.Id, out _));
        Assert.Equal(created.Keys.Current, opened.Keys.Current);
        Assert.Equal(32, opened.ChunkerKey.Length);
        Assert.Equal(created.ChunkerKey.ToArray(), opened.ChunkerKey.ToArray());
        Assert.Equal(2, _store.Files.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Two_repositories_share_no_secret()
    {
        await using OpenRepository first = await CreateAsync(_store);
        await using OpenRepository second = await CreateAsync(new MemoryStore());
        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.ChunkerKey.ToArray(), second.ChunkerKey.ToArray());
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Unknown_version_is_not_created(int version)
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => CreateAsync(_store, version));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Empty(_store.Files);
    }

    [Fact(Timeout = Limit)]
    public async Task Empty_password_is_refused()
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => OpenRepository.CreateAsync(_store, "", Creation, TimeProvider.System, Stop));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Empty(_store.Files);
    }

    [Fact(Timeout = Limit)]
    public async Task Repository_is_not_created_over_another()
    {
        await using OpenRepository created = await CreateAsync(_store);
        await AssertFailsAsync(ErrorCode.RepositoryFolderNotEmpty, () => CreateAsync(_store));
        Assert.Equal(2, _store.Files.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Repository_is_not_created_in_a_folder_with_other_files()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Combine("thesis.txt"), "precious", Stop);
        await using var store = new LocalStore(folder.Path, TimeProvider.System);

        HandyBackupException exception = await AssertFailsAsync(ErrorCode.RepositoryFolderNotEmpty, () => CreateAsync(store));
        Assert.Equal(folder.Path, exception.Target);
        Assert.Equal([folder.Combine("thesis.txt")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory(Timeout = Limit)]
    [InlineData(StoreFileKind.Key, StoreError.Full, ErrorCode.StoreFull)]
    [InlineData(StoreFileKind.Config, StoreError.Full, ErrorCode.StoreFull)]
    [InlineData(StoreFileKind.Config, StoreError.AccessDenied, ErrorCode.StoreAccessDenied)]
    [InlineData(StoreFileKind.Config, StoreError.Unavailable, ErrorCode.StoreUnavailable)]
    public async Task Failed_creation_leaves_the_place_empty(StoreFileKind kind, StoreError error, ErrorCode code)
    {
        var faulty = new FaultyStore(_store);
        faulty.Script(new StoreFault(StoreOperation.Save) { Kind = kind, Error = error });
        HandyBackupException exception = await AssertFailsAsync(code, () => CreateAsync(faulty));
        Assert.Equal(error == StoreError.Unavailable, exception.IsTransient);
        Assert.Empty(_store.Files);
    }

    [Fact(Timeout = Limit)]
    public async Task Creation_that_comes_second_leaves_the_first_alone()
    {
        var faulty = new FaultyStore(_store);
        faulty.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Config, Error = StoreError.AlreadyExists });
        await using OpenRepository first = await CreateAsync(new MemoryStore());
        _store[new StoreFile(StoreFileKind.Lock, new string('a', 64))] = [1];

        faulty.Script(new StoreFault(StoreOperation.IsEmpty));
        await AssertFailsAsync(ErrorCode.RepositoryFolderNotEmpty, () => CreateAsync(faulty));
        Assert.Equal([new StoreFile(StoreFileKind.Lock, new string('a', 64))], _store.Files);
    }

    [Fact(Timeout = Limit)]
    public async Task Full_drive_is_reported_as_such()
    {
        using SmallMount mount = SmallMount.CreateOrSkip(kibibytes: 64);
        await using var store = new LocalStore(Path.Join(mount.Path, "repo"), TimeProvider.System);
        await File.WriteAllBytesAsync(Path.Join(mount.Path, "ballast"), new byte[60 * 1024], Stop);
        HandyBackupException exception = await AssertFailsAsync(ErrorCode.StoreFull, () => CreateAsync(store));
        Assert.Equal(store.Location, exception.Target);
        Assert.Empty(Directory.GetFileSystemEntries(store.Location));
    }

    [Theory(Timeout = Limit)]
    [InlineData("wrong")]
    [InlineData("")]
    [InlineData(Password + " ")]
    public async Task Wrong_password_is_refused(string password)
    {
        await using OpenRepository created = await CreateAsync(_store);
        HandyBackupException exception = await AssertFailsAsync(ErrorCode.WrongPassword, () => OpenAsync(_store, password));
        Assert.DoesNotContain(password.Length == 0 ? Password : password, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Empty_missing_and_strange_places_are_no_repositories()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Combine("file"), "x", Stop);
        foreach (string place in new[] { folder.Combine("missing"), folder.Path, folder.Combine("file") })
        {
            await using var store = new LocalStore(place, TimeProvider.System);
            HandyBackupException exception = await AssertFailsAsync(ErrorCode.NotARepository, () => OpenAsync(store));
            Assert.Equal(place, exception.Target);
            Assert.Contains(place, exception.Message, StringComparison.Ordinal);
        }

        await AssertFailsAsync(ErrorCode.NotARepository, () => OpenAsync(_store));
    }

    [Fact(Timeout = Limit)]
    public async Task Missing_config_beside_keys_is_damage()
    {
        await using OpenRepository created = await CreateAsync(_store);
        await _store.RemoveAsync(StoreFile.Config, Stop);
        HandyBackupException exception = await AssertFailsAsync(ErrorCode.ConfigDamaged, () => OpenAsync(_store));
        Assert.Equal("config", exception.Target);
    }

    [Fact(Timeout = Limit)]
    public async Task Missing_keys_are_damage()
    {
        await using OpenRepository created = await CreateAsync(_store);
        await _store.RemoveAsync(Key, Stop);
        HandyBackupException exception = await AssertFailsAsync(ErrorCode.KeyDamaged, () => OpenAsync(_store));
        Assert.Equal("keys", exception.Target);
    }

    [Fact(Timeout = Limit)]
    public async Task Any_flipped_bit_of_the_config_is_damage()
    {
        await using OpenRepository created = await CreateAsync(_store);
        byte[] config = _store[StoreFile.Config];
        for (int i = 0; i < config.Length; i++)
        {
            byte[] damaged = [.. config];
            damaged[i] ^= (byte)(1 << (i % 8));
            _store[StoreFile.Config] = damaged;
            Assert.Equal("config", (await AssertFailsAsync(ErrorCode.ConfigDamaged, () => OpenAsync(_store))).Target);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(70_000)]
    public async Task Config_of_another_length_is_damage(int length)
    {
        await using OpenRepository created = await CreateAsync(_store);
        byte[] config = _store[StoreFile.Config];
        Array.Resize(ref config, length);
        _store[StoreFile.Config] = config;
        await AssertFailsAsync(ErrorCode.ConfigDamaged, () => OpenAsync(_store));
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{"version":3,"id":"ab","chunker_polynomial":"3da3358b4dc173"}""", ErrorCode.RepositoryVersionUnsupported, "version 3")]
    [InlineData("""{"version":99999999999,"id":"ab","chunker_polynomial":"3da3358b4dc173"}""", ErrorCode.RepositoryVersionUnsupported, "version 99999999999")]
    [InlineData("""{"version":0,"id":"ab","chunker_polynomial":"3da3358b4dc173"}""", ErrorCode.RepositoryVersionUnsupported, "version 0")]
    [InlineData("""{"version":2,"chunker_polynomial":"3da3358b4dc173"}""", ErrorCode.ConfigDamaged, "config")]
    [InlineData("""{"version":2,"id":"","chunker_polynomial":"3da3358b4dc173"}""", ErrorCode.ConfigDamaged, "config")]
    [InlineData("null", ErrorCode.ConfigDamaged, "config")]
    [InlineData("[]", ErrorCode.ConfigDamaged, "config")]
    [InlineData("{", ErrorCode.ConfigDamaged, "config")]
    [InlineData("", ErrorCode.ConfigDamaged, "config")]
    public async Task Config_that_says_something_else_is_refused(string json, ErrorCode code, string named)
    {
        await using OpenRepository created = await CreateAsync(_store);
        _store[StoreFile.Config] = UnpackedFileCodec.EncodeConfig(created.MasterKey, Encoding.UTF8.GetBytes(json));
        HandyBackupException exception = await AssertFailsAsync(code, () => OpenAsync(_store));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Config_of_another_repository_is_damage()
    {
        var other = new MemoryStore();
        await using OpenRepository first = await CreateAsync(_store);
        await using OpenRepository second = await CreateAsync(other);
        _store[StoreFile.Config] = other[StoreFile.Config];
        await AssertFailsAsync(ErrorCode.ConfigDamaged, () => OpenAsync(_store));
    }

    [Fact(Timeout = Limit)]
    public async Task Key_with_any_flipped_bit_still_opens_or_is_named_as_damaged()
    {
        await using OpenRepository created = await CreateAsync(_store);
        StoreFile key = Key;
        byte[] content = _store[key];
        int opened = 0;
        for (int i = 0; i < content.Length; i++)
        {
            byte[] damaged = [.. content];
            damaged[i] ^= (byte)(1 << (i % 7));
            _store[key] = damaged;
            try
            {
                await using OpenRepository repository = await OpenAsync(_store);
                Assert.Equal(created.Id, repository.Id);
                opened++;
            }
            catch (HandyBackupException exception)
            {
                Assert.Equal(ErrorCode.KeyDamaged, exception.Code);
                Assert.Equal($"keys/{key.Name}", exception.Target);
            }
        }

        // The names in it are not needed for opening; its salt, cost and sealed key are.
        Assert.InRange(opened, 10, content.Length / 2);
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(100_000)]
    public async Task Key_of_another_length_is_damage(int length)
    {
        await using OpenRepository created = await CreateAsync(_store);
        byte[] content = _store[Key];
        Array.Resize(ref content, length);
        _store[Key] = content;
        await AssertFailsAsync(ErrorCode.KeyDamaged, () => OpenAsync(_store));
    }

    [Theory(Timeout = Limit)]
    [InlineData("N", 1073741824)]
    [InlineData("N", -16)]
    [InlineData("N", 17)]
    [InlineData("r", 1000000000)]
    [InlineData("p", 2147483647)]
    [InlineData("p", 0)]
    public async Task Absurd_cost_is_refused_before_it_is_tried(string field, int value)
    {
        await using OpenRepository created = await CreateAsync(_store);
        JsonNode json = JsonNode.Parse(_store[Key])!;
        json[field] = value;
        _store[Key] = Encoding.UTF8.GetBytes(json.ToJsonString());
        HandyBackupException exception = await AssertFailsAsync(ErrorCode.KeyDamaged, () => OpenAsync(_store));
        Assert.Contains($"{field}={value}", exception.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("kdf", "argon2")]
    [InlineData("salt", "AAAA")]
    [InlineData("data", "AAAA")]
    [InlineData("data", null)]
    public async Task Key_that_says_something_else_is_damage(string field, string? value)
    {
        await using OpenRepository created = await CreateAsync(_store);
        JsonNode json = JsonNode.Parse(_store[Key])!;
        json[field] = value;
        _store[Key] = Encoding.UTF8.GetBytes(json.ToJsonString());
        await AssertFailsAsync(ErrorCode.KeyDamaged, () => OpenAsync(_store));
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_key_does_not_keep_another_from_opening()
    {
        await using OpenRepository created = await CreateAsync(_store);
        for (int i = 0; i < 20; i++)
        {
            _store[new StoreFile(StoreFileKind.Key, $"{i:x64}")] = [(byte)i];
        }

        await using OpenRepository opened = await OpenAsync(_store);
        Assert.Equal(created.Keys.Current, opened.Keys.Current);
    }

    [Theory(Timeout = Limit)]
    [InlineData(StoreOperation.FindSize, StoreError.AccessDenied, ErrorCode.StoreAccessDenied)]
    [InlineData(StoreOperation.Load, StoreError.Unavailable, ErrorCode.StoreUnavailable)]
    [InlineData(StoreOperation.List, StoreError.Unavailable, ErrorCode.StoreUnavailable)]
    public async Task Failing_store_is_not_taken_for_damage(StoreOperation operation, StoreError error, ErrorCode code)
    {
        await using OpenRepository created = await CreateAsync(_store);
        var faulty = new FaultyStore(_store);
        faulty.Script(new StoreFault(operation) { Error = error });
        await AssertFailsAsync(code, () => OpenAsync(faulty));
    }
}
