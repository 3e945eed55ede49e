using HandyBackup.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Stores.Tests;

/// <summary>What only a folder has: its layout, its modes, what a crash leaves, and what the operating system refuses.</summary>
public sealed class LocalStoreTests : IAsyncDisposable
{
    private const int Limit = 60_000;
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly LocalStore _store;

    public LocalStoreTests() => _store = new LocalStore(_folder.Combine("repo"), _time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static StoreFile Pack => new(StoreFileKind.Pack, "ab" + new string('0', 62));

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void Relative_path_is_refused() =>
        Assert.Contains("'some/where'", Assert.Throws<ArgumentException>(() => new LocalStore("some/where", _time)).Message, StringComparison.Ordinal);

    [Fact]
    public void One_folder_has_one_location() =>
        Assert.Equal(_store.Location, new LocalStore(_folder.Combine("x", "..", "repo") + Path.DirectorySeparatorChar, _time).Location);

    [Fact]
    public async Task Folder_of_this_machine_lists_at_once_and_one_that_is_not_there_does_not_promise_it()
    {
        Assert.False(_store.ListsAtOnce);
        await _store.CreateAsync(Stop);
        Assert.True(_store.ListsAtOnce);
    }

    [Theory]
    [InlineData("../config")]
    [InlineData("")]
    [InlineData("0000")]
    public async Task Name_that_is_no_id_is_refused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _store.FindSizeAsync(new StoreFile(StoreFileKind.Key, name), Stop));

    [Fact(Timeout = Limit)]
    public async Task Folders_that_only_we_know_are_made_when_a_file_needs_them_and_go_with_the_repository()
    {
        await _store.CreateAsync(Stop);
        await _store.SaveAsync(StoreFile.Config, [new byte[1]], Stop);
        var removed = new StoreFile(StoreFileKind.RemovedSnapshot, new string('a', 64));
        var condemned = new StoreFile(StoreFileKind.CondemnedPacks, new string('b', 64));
        await _store.SaveAsync(removed, [new byte[1]], Stop);
        await _store.SaveAsync(condemned, [new byte[1]], Stop);

        Assert.Equal(["condemned", "removed"], Names("repo", "handybackup"));
        Assert.Equal([removed.Name], Names("repo", "handybackup", "removed"));
        Assert.Equal([condemned.Name], Names("repo", "handybackup", "condemned"));

        await _store.DeleteAsync(Stop);
        Assert.False(Path.Exists(_folder.Combine("repo", "handybackup")));
    }

    [Fact(Timeout = Limit)]
    public async Task Layout_and_modes_are_those_of_restic()
    {
        await _store.CreateAsync(Stop);
        await _store.SaveAsync(StoreFile.Config, [new byte[1]], Stop);
        await _store.SaveAsync(Pack, [new byte[1]], Stop);

        Assert.Equal(["config", "data", "index", "keys", "locks", "snapshots"], Names("repo"));
        Assert.Equal(Enumerable.Range(0, 256).Select(i => $"{i:x2}"), Names("repo", "data"));
        Assert.Equal([Pack.Name], Names("repo", "data", "ab"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(_folder.Combine("repo", "config")));
            Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(_folder.Combine("repo", "data", "ab", Pack.Name)));
            Assert.Equal(OwnerFolder, File.GetUnixFileMode(_folder.Combine("repo")));
            Assert.Equal(OwnerFolder, File.GetUnixFileMode(_folder.Combine("repo", "data", "00")));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task New_files_are_readable_for_the_group_if_the_config_is()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await _store.CreateAsync(Stop);
        await _store.SaveAsync(StoreFile.Config, [new byte[1]], Stop);
        File.SetUnixFileMode(_folder.Combine("repo", "config"), UnixFileMode.UserRead | UnixFileMode.GroupRead);

        await using var again = new LocalStore(_store.Location, _time);
        await again.SaveAsync(Pack, [new byte[1]], Stop);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(_folder.Combine("repo", "data", "ab", Pack.Name)));
    }

    [Fact(Timeout = Limit)]
    public async Task Missing_pack_folder_is_made()
    {
        await _store.CreateAsync(Stop);
        Directory.Delete(_folder.Combine("repo", "data"), recursive: true);
        await _store.SaveAsync(Pack, [new byte[7]], Stop);
        Assert.Equal(7, await _store.FindSizeAsync(Pack, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Folder_that_is_gone_is_unavailable_and_not_made_again()
    {
        await _store.CreateAsync(Stop);
        Directory.Delete(_store.Location, recursive: true);

        await AssertFailsAsync(StoreError.Unavailable, () => _store.SaveAsync(Pack, [new byte[1]], Stop));
        await AssertFailsAsync(StoreError.Unavailable, () => ListAsync(StoreFileKind.Snapshot));
        await AssertFailsAsync(StoreError.Unavailable, () => ListAsync(StoreFileKind.Pack));
        Assert.False(Directory.Exists(_store.Location));
        Assert.True(await _store.IsEmptyAsync(Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Any_entry_makes_a_folder_not_empty()
    {
        Directory.CreateDirectory(_store.Location);
        Assert.True(await _store.IsEmptyAsync(Stop));
        await File.WriteAllTextAsync(_folder.Combine("repo", ".hidden"), "", Stop);
        Assert.False(await _store.IsEmptyAsync(Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task File_in_place_of_the_folder_is_not_empty()
    {
        await File.WriteAllTextAsync(_store.Location, "", Stop);
        Assert.False(await _store.IsEmptyAsync(Stop));
        await AssertFailsAsync(StoreError.Unavailable, () => _store.CreateAsync(Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Listing_shows_only_files_of_the_repository()
    {
        await _store.CreateAsync(Stop);
        await _store.SaveAsync(Pack, [new byte[1]], Stop);
        foreach (string name in new[] { ".unfinished-0123", "README", Pack.Name[..63], Pack.Name.ToUpperInvariant(), "cd" + Pack.Name[2..] })
        {
            await File.WriteAllTextAsync(_folder.Combine("repo", "data", "ab", name), "x", Stop);
        }

        Directory.CreateDirectory(_folder.Combine("repo", "data", "ab", new string('1', 64)));
        await File.WriteAllTextAsync(_folder.Combine("repo", "data", "cd-not-a-folder"), "x", Stop);
        Assert.Equal([new StoreFileInfo(Pack.Name, 1)], await ListAsync(StoreFileKind.Pack));
    }

    [Fact(Timeout = Limit)]
    public async Task Deleting_leaves_other_files_alone()
    {
        await _store.CreateAsync(Stop);
        await _store.SaveAsync(StoreFile.Config, [new byte[1]], Stop);
        await _store.SaveAsync(Pack, [new byte[1]], Stop);
        await File.WriteAllTextAsync(_folder.Combine("repo", "mine.txt"), "x", Stop);
        await File.WriteAllTextAsync(_folder.Combine("repo", "data", "ab", "mine.txt"), "x", Stop);
        await File.WriteAllTextAsync(_folder.Combine("repo", "keys", ".unfinished-0123"), "x", Stop);

        await _store.DeleteAsync(Stop);
        Assert.Equal(["data", "mine.txt"], Names("repo"));
        Assert.Equal(["ab"], Names("repo", "data"));
        Assert.Equal(["mine.txt"], Names("repo", "data", "ab"));
    }

    [Fact(Timeout = Limit)]
    public async Task Unfinished_file_is_removed_only_when_old_and_not_in_use()
    {
        await _store.CreateAsync(Stop);
        string Unfinished(string name, double hours)
        {
            string path = _folder.Combine("repo", "locks", $".unfinished-{name}");
            File.WriteAllText(path, "x");
            File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime.AddHours(-hours));
            return path;
        }

        string old = Unfinished("old", 25);
        string recent = Unfinished("recent", 23);
        string open = Unfinished("open", 25);
        using (new FileStream(open, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            await ListAsync(StoreFileKind.Lock);
            Assert.False(File.Exists(old));
            Assert.True(File.Exists(recent));
            Assert.True(File.Exists(open));
        }

        await ListAsync(StoreFileKind.Lock);
        Assert.False(File.Exists(open));
    }

    [Fact(Timeout = Limit)]
    public async Task Save_leaves_nothing_but_the_file()
    {
        await _store.CreateAsync(Stop);
        await _store.SaveAsync(Pack, [new byte[1]], Stop);
        await AssertFailsAsync(StoreError.AlreadyExists, () => _store.SaveAsync(Pack, [new byte[1]], Stop));
        Assert.Equal([Pack.Name], Names("repo", "data", "ab"));
    }

    private static async Task AssertFailsAsync(StoreError expected, Func<Task> action) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<StoreException>(action)).Error);

    private IEnumerable<string> Names(params string[] folder) =>
        Directory.EnumerateFileSystemEntries(_folder.Combine(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private async Task<List<StoreFileInfo>> ListAsync(StoreFileKind kind)
    {
        var files = new List<StoreFileInfo>();
        await foreach (StoreFileInfo file in _store.ListAsync(kind, Stop))
        {
            files.Add(file);
        }

        return files;
    }
}
