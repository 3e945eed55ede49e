using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class RepositoryServiceTests : ServerHarness
{
    private static Secret Right => new() { Value = Password };

    private Task<List<RepositoryInfo>> ListAsync(string? name = null) => Server.Repositories.ListAsync(new RepositoryQuery { Name = name }, Token).ToListAsync(Token).AsTask();

    [Fact]
    public async Task New_repository_is_listed_and_survives_a_restart()
    {
        RepositoryInfo created = await CreateRepositoryAsync();
        await RestartAsync();

        RepositoryInfo listed = Assert.Single(await ListAsync());
        Assert.Equal(("main", Folder("main"), 2, 0), (listed.Name, listed.Path, listed.FormatVersion, listed.Snapshots));
        Assert.Equal(created.Id, listed.Id);
        Assert.Equal(64, listed.Id.Length);
        Assert.True(listed.Size > 0);
        Assert.NotNull(listed.CompressionLevel);
        Assert.Null(listed.Error);
    }

    [Fact]
    public async Task Names_are_selected_by_wildcard()
    {
        await CreateRepositoryAsync("Alpha");
        await CreateRepositoryAsync("beta");
        await CreateRepositoryAsync("alps");

        Assert.Equal(["Alpha", "alps"], (await ListAsync("AL*")).Select(info => info.Name));
        Assert.Empty(await ListAsync("gamma"));
    }

    [Fact]
    public async Task Name_and_place_that_are_taken_are_refused()
    {
        await CreateRepositoryAsync();

        await FailsAsync(ErrorCode.RepositoryExists, () => CreateRepositoryAsync("MAIN", "elsewhere"));
        HandyBackupException place = await FailsAsync(ErrorCode.RepositoryExists, () => CreateRepositoryAsync("second", "x/../main/"));
        await FailsAsync(ErrorCode.RepositoryExists, () => Server.Repositories.ImportAsync(
            new ImportRepositoryRequest { Name = "second", Path = Folder("main"), Password = Right }, Token));

        Assert.Equal(Folder("main"), place.Target);
        Assert.False(Directory.Exists(Folder("elsewhere")));
    }

    [Fact]
    public async Task Copy_of_a_known_repository_is_refused()
    {
        await CreateRepositoryAsync();
        CopyFolder(Folder("main"), Folder("copy"));

        HandyBackupException exception = await FailsAsync(ErrorCode.RepositoryExists, () => Server.Repositories.ImportAsync(
            new ImportRepositoryRequest { Name = "copy", Path = Folder("copy"), Password = Right }, Token));

        Assert.Equal("main", exception.Target);
    }

    [Fact]
    public async Task Folder_with_other_files_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Folder("full"));
        await File.WriteAllTextAsync(Path.Join(Folder("full"), "mine"), "x", Token);

        await FailsAsync(ErrorCode.RepositoryFolderNotEmpty, () => CreateRepositoryAsync("full"));
        await FailsAsync(ErrorCode.NotARepository, () => Server.Repositories.ImportAsync(
            new ImportRepositoryRequest { Name = "full", Path = Folder("full"), Password = Right }, Token));

        Assert.Equal([Path.Join(Folder("full"), "mine")], Directory.GetFileSystemEntries(Folder("full")));
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("")]
    public async Task Path_that_is_not_absolute_is_refused(string path) =>
        await FailsAsync(ErrorCode.InvalidArgument, () => Server.Repositories.CreateAsync(new CreateRepositoryRequest { Name = "a", Path = path, Password = Right }, Token));

    [Fact]
    public async Task Values_out_of_range_are_refused_by_name()
    {
        var request = new CreateRepositoryRequest { Name = "a", Path = Folder("a"), Password = Right };

        foreach ((CreateRepositoryRequest bad, string target) in new[]
        {
            (request with { FormatVersion = 3 }, "FormatVersion"),
            (request with { CompressionLevel = 20 }, "CompressionLevel"),
            (request with { CompressionLevel = 0 }, "CompressionLevel"),
            (request with { FormatVersion = 1, CompressionLevel = 3 }, "CompressionLevel"),
            (request with { Password = new Secret { Value = "" } }, "Password"),
        })
        {
            HandyBackupException exception = await FailsAsync(ErrorCode.InvalidArgument, () => Server.Repositories.CreateAsync(bad, Token));
            Assert.Equal(target, exception.Target);
        }

        Assert.False(Directory.Exists(Folder("a")));
    }

    [Fact]
    public async Task Wrong_password_is_told_at_import()
    {
        await CreateRepositoryAsync();
        await Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main" }, Token);

        await FailsAsync(ErrorCode.WrongPassword, () => Server.Repositories.ImportAsync(
            new ImportRepositoryRequest { Name = "main", Path = Folder("main"), Password = new Secret { Value = "wrong" } }, Token));
        RepositoryInfo imported = await Server.Repositories.ImportAsync(new ImportRepositoryRequest { Name = "again", Path = Folder("main"), Password = Right }, Token);

        Assert.Equal("again", imported.Name);
        Assert.Null(imported.Error);
    }

    [Fact]
    public async Task Repository_that_vanished_shows_its_error_and_the_others_are_well()
    {
        await CreateRepositoryAsync("gone");
        await CreateRepositoryAsync("here");
        Directory.Move(Folder("gone"), Folder("moved"));

        List<RepositoryInfo> listed = await ListAsync();

        Assert.Equal(["gone", "here"], listed.Select(info => info.Name));
        Assert.NotNull(listed[0].Error);
        Assert.Null(listed[0].Size);
        Assert.Null(listed[1].Error);

        RepositoryInfo moved = await Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "gone", Path = Folder("moved"), NewName = "found" }, Token);
        Assert.Equal(("found", Folder("moved")), (moved.Name, moved.Path));
        Assert.Null(moved.Error);
    }

    [Fact]
    public async Task Folder_of_another_repository_is_refused_as_new_place()
    {
        await CreateRepositoryAsync("one");
        await CreateRepositoryAsync("two");
        await Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "two" }, Token);

        await FailsAsync(ErrorCode.NotARepository, () => Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "one", Path = Folder("two") }, Token));

        Assert.Equal(Folder("one"), (await ListAsync()).Single().Path);
    }

    [Fact]
    public async Task Changed_password_opens_the_repository_and_the_old_one_does_not()
    {
        await CreateRepositoryAsync();
        await Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", NewPassword = new Secret { Value = "second" } }, Token);
        await RestartAsync();

        Assert.Null((await ListAsync()).Single().Error);
        await Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main" }, Token);
        await FailsAsync(ErrorCode.WrongPassword, () => Server.Repositories.ImportAsync(
            new ImportRepositoryRequest { Name = "main", Path = Folder("main"), Password = Right }, Token));
    }

    [Fact]
    public async Task Password_change_that_was_cut_off_leaves_a_repository_that_opens()
    {
        await CreateRepositoryAsync();
        Stores[Folder("main")].Script(new StoreFault(StoreOperation.Remove) { Kind = StoreFileKind.Key, Error = StoreError.Unavailable });
        await Assert.ThrowsAsync<HandyBackupException>(
            () => Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", NewPassword = new Secret { Value = "second" } }, Token));
        await RestartAsync();

        Assert.Null((await ListAsync()).Single().Error);
    }

    [Fact]
    public async Task Removed_repository_keeps_its_files_unless_told_otherwise()
    {
        await CreateRepositoryAsync();
        await Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main" }, Token);
        Assert.True(File.Exists(Path.Join(Folder("main"), "config")));
        await FailsAsync(ErrorCode.RepositoryNotFound, () => Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main" }, Token));

        await Server.Repositories.ImportAsync(new ImportRepositoryRequest { Name = "main", Path = Folder("main"), Password = Right }, Token);
        await Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main", DeleteData = true }, Token);

        Assert.False(File.Exists(Path.Join(Folder("main"), "config")));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Repository_with_tasks_is_removed_only_together_with_them()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync("docs");
        await CreateTaskAsync("mail");

        HandyBackupException exception = await FailsAsync(
            ErrorCode.RepositoryInUse, () => Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main", DeleteData = true }, Token));
        Assert.Contains("docs, mail", exception.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(Folder("main"), "config")));

        await Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main", RemoveTasks = true }, Token);
        Assert.Empty(await Server.Tasks.ListAsync(new TaskQuery(), Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Repository_is_not_removed_or_moved_while_a_run_uses_it()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        var go = new TaskCompletionSource();
        Agent.DuringBackup = (_, _, _, token) => go.Task.WaitAsync(token);
        Run run = await StartAsync();

        await FailsAsync(ErrorCode.RepositoryInUse, () => Server.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main", RemoveTasks = true, DeleteData = true }, Token));
        await FailsAsync(ErrorCode.RepositoryInUse, () => Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Path = Folder("x") }, Token));
        await FailsAsync(ErrorCode.RepositoryInUse, () => Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", NewPassword = Right }, Token));
        RepositoryInfo described = await Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Description = "new" }, Token);
        Assert.Equal("new", described.Description);
        go.SetResult();

        Assert.Equal(RunState.Completed, (await WaitAsync(run)).State);
    }

    [Fact]
    public async Task Creation_that_fails_half_way_leaves_nothing()
    {
        Directory.CreateDirectory(Folder("main"));
        var server = new ServerCore(new ServerCoreOptions
        {
            DataPath = Folder("other data"),
            Time = TimeProvider.System,
            LoggerFactory = Log,
            OpenStore = path =>
            {
                var store = new FaultyStore(new LocalStore(path, TimeProvider.System));
                store.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Config, Error = StoreError.Full });
                return store;
            },
            RequestStop = () => { },
            ScryptCost = new Repository.ScryptCost(2, 1, 1),
        });
        await using (server)
        {
            await server.StartAsync(Token);
            await FailsAsync(ErrorCode.StoreFull, () => server.Repositories.CreateAsync(
                new CreateRepositoryRequest { Name = "main", Path = Folder("main"), Password = Right }, Token));
            Assert.Empty(await server.Repositories.ListAsync(new RepositoryQuery(), Token).ToListAsync(Token));
        }

        Assert.Empty(Directory.GetFiles(Folder("main"), "*", SearchOption.AllDirectories));
        await CreateRepositoryAsync();
    }

    [Fact]
    public async Task Hundred_creations_of_one_name_make_one_repository()
    {
        HandyBackupException?[] failures = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(
            async () =>
            {
                try
                {
                    await CreateRepositoryAsync("main", $"place{i}");
                    return null;
                }
                catch (HandyBackupException exception)
                {
                    return exception;
                }
            },
            Token)));

        Assert.Single(failures, failure => failure is null);
        Assert.All(failures.OfType<HandyBackupException>(), failure => Assert.Equal(ErrorCode.RepositoryExists, failure.Code));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Keys_are_added_listed_and_removed()
    {
        await CreateRepositoryAsync();
        RepositoryKey added = await Server.Repositories.AddKeyAsync(new AddRepositoryKeyRequest("main", new Secret { Value = "second" }), Token);

        List<RepositoryKey> keys = await Server.Repositories.ListKeysAsync(new RepositoryReference("main"), Token).ToListAsync(Token);
        Assert.Equal(2, keys.Count);
        RepositoryKey current = Assert.Single(keys, key => key.IsCurrent);
        Assert.NotEqual(added.Id, current.Id);

        await FailsAsync(ErrorCode.LastKey, () => Server.Repositories.RemoveKeyAsync(new RemoveRepositoryKeyRequest("main", current.Id), Token));
        await FailsAsync(ErrorCode.KeyNotFound, () => Server.Repositories.RemoveKeyAsync(new RemoveRepositoryKeyRequest("main", new string('0', 64)), Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Server.Repositories.AddKeyAsync(new AddRepositoryKeyRequest("main", new Secret { Value = "" }), Token));
        await Server.Repositories.RemoveKeyAsync(new RemoveRepositoryKeyRequest("main", added.Id[..10]), Token);
        Assert.Single(await Server.Repositories.ListKeysAsync(new RepositoryReference("main"), Token).ToListAsync(Token));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
