using System.Text;

namespace HandyBackup.Sources.Files.Tests.Restore;

/// <summary>Restoring where somebody or something is in the way.</summary>
public sealed class HostileRestoreTests
{
    private const int TimeLimit = 30_000;

    private static readonly SourceItemDetails s_none = SourceItemDetails.None;
    private static readonly SourceItem s_nullDevice = new() { Name = "null"u8.ToArray(), Kind = SourceItemKind.CharacterDevice, Device = 0x103 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TimeLimit)]
    [InlineData("out/d")]
    [InlineData("out/d/e")]
    public async Task Link_planted_in_place_of_a_folder_is_not_followed(string planted)
    {
        using TestTree tree = TestTree.Create("mkdir -p out/d/e victim/e; echo old > victim/f; echo old > victim/e/f");
        tree.Run($"rm -r {planted}; ln -s {tree.Path}/victim {planted}");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        SourceItem d = Folder("d");
        SourceItem e = Folder("e", d);
        foreach (Func<Task> action in new Func<Task>[]
        {
            async () => await target.CreateFolderAsync(planted == "out/d" ? d : e, Token),
            async () => await target.FinishFolderAsync(e, s_none, Token),
            async () => await WriteAsync(target, File("f", e), "new"),
            async () => await target.CreateSpecialAsync(Special("f", SourceItemKind.Fifo, e), s_none, Token),
            async () => await target.CreateHardLinkAsync(File("f", e), File("g"), Token),
            async () => await target.CreateHardLinkAsync(File("g"), File("f", e), Token),
            async () => await target.FindAsync(File("f", e), Token),
        })
        {
            SourceException exception = await Assert.ThrowsAsync<SourceException>(action);
            Assert.Equal(SourceError.DestinationEscapes, exception.Error);
        }

        Assert.Equal("old\nold\n", tree.Run("cat victim/f victim/e/f"));
        Assert.Equal("3\n", tree.Run("find victim -mindepth 1 | wc -l"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Folder_swapped_for_a_link_during_the_restore_leads_nowhere()
    {
        using TestTree tree = TestTree.Create("mkdir victim");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        SourceItem d = Folder("d");
        await target.CreateFolderAsync(d, Token);
        await WriteAsync(target, File("first", d), "x");
        await using (IRestoreFile file = await target.CreateFileAsync(File("second", d), RestoreFileOptions.None, Token))
        {
            await file.WriteAsync(0, "y"u8.ToArray(), Token);
            tree.Run("mv out/d out/moved; ln -s ../victim out/d");
            await file.CompleteAsync(s_none, Token);
        }

        await WriteAsync(target, File("third", d), "z");
        await target.FinishFolderAsync(d, s_none, Token);
        Assert.Equal("first\nsecond\nthird\n", tree.Run("ls out/moved; ls victim"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Link_in_place_of_a_file_or_special_item_is_replaced_not_followed()
    {
        using TestTree tree = TestTree.Create("mkdir out; echo old > victim; chmod 640 victim; cd out; for n in a b c d; do ln -s ../victim $n; done");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        await WriteAsync(target, File("a"), "new");
        await target.CreateSpecialAsync(Special("b", SourceItemKind.SymbolicLink), new SourceItemDetails { LinkTarget = "elsewhere"u8.ToArray() }, Token);
        await target.CreateSpecialAsync(Special("c", SourceItemKind.Fifo), s_none, Token);
        await target.CreateHardLinkAsync(File("d"), File("a"), Token);
        Assert.Equal("old\n640\n", tree.Run("cat victim; stat -c %a victim"));
        Assert.Equal("regular file\nsymbolic link\nfifo\nregular file\n", tree.Run("cd out; stat -c %F a b c d"));
        Assert.Equal("4\n", tree.Run("ls -A out | wc -l"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Destination_itself_may_be_reached_through_links()
    {
        using TestTree tree = TestTree.Create("mkdir real; ln -s real link");
        await using (IRestoreTarget target = await OpenAsync(tree.Combine("link/new/inner")))
        {
            await WriteAsync(target, File("a"), "x");
        }

        Assert.Equal("x", tree.Run("cat real/new/inner/a"));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("file", SourceError.DestinationNotFolder)]
    [InlineData("file/below", SourceError.DestinationNotFolder)]
    [InlineData("dangling", SourceError.DestinationNotWritable)]
    [InlineData("readonly/new", SourceError.DestinationNotWritable)]
    [InlineData("/proc/new", SourceError.DestinationNotWritable)]
    public async Task Destination_that_cannot_be_is_named(string destination, SourceError error)
    {
        using TestTree tree = TestTree.Create("touch file; ln -s nowhere dangling");
        if (destination.StartsWith("readonly", StringComparison.Ordinal))
        {
            tree.MountOrSkip("readonly", "-t tmpfs -o ro tmpfs");
        }

        string path = destination.StartsWith('/') ? destination : tree.Combine(destination);
        SourceException exception = await Assert.ThrowsAsync<SourceException>(async () =>
        {
            await using IRestoreTarget target = await OpenAsync(path);
            await target.CreateFolderAsync(Folder("d"), Token);
        });
        Assert.Equal(error, exception.Error);
        Assert.Contains(destination.Split('/')[0] is "" ? "/proc" : tree.Combine(destination.Split('/')[0]), exception.Message, StringComparison.Ordinal);
        Assert.NotNull(exception.Advice);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Full_file_system_is_told_and_keeps_what_was_there()
    {
        using TestTree tree = TestTree.Create();
        tree.MountOrSkip("small", "-t tmpfs -o size=256k tmpfs");
        tree.Run("echo old > small/a");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("small"));
        byte[] content = new byte[1 << 20];
        new Random(1).NextBytes(content);
        SourceException exception = await Assert.ThrowsAsync<SourceException>(async () =>
        {
            await using IRestoreFile file = await target.CreateFileAsync(File("a"), RestoreFileOptions.None, Token);
            await file.WriteAsync(0, content, Token);
        });
        Assert.Equal((SourceError.DestinationFull, "No space left on device"), (exception.Error, exception.Message));
        Assert.NotNull(exception.Advice);
        Assert.Equal("old\n", tree.Run("cat small/a"));
        Assert.Equal("a\n", tree.Run("ls -A small"));
        await WriteAsync(target, File("b"), "there is room for this");
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Immutable_file_in_the_way_is_kept_and_nothing_is_left_over()
    {
        using TestTree tree = TestTree.Create("mkdir out; echo old > out/a");
        Assert.SkipUnless(tree.Run("chattr +i out/a && echo set || true") == "set\n", "This file system has no immutable files, or the user may not make them.");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => WriteAsync(target, File("a"), "new"));
        Assert.Equal((SourceError.NotWritten, "Operation not permitted"), (exception.Error, exception.Message));
        await Assert.ThrowsAsync<SourceException>(async () => await target.CreateSpecialAsync(Special("a", SourceItemKind.Fifo), s_none, Token));
        Assert.Equal("old\n", tree.Run("cat out/*"));
        Assert.Equal("a\n", tree.Run("ls -A out"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Folder_has_no_more_rights_than_its_owner_needs_until_it_is_finished()
    {
        using TestTree tree = TestTree.Create();
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        SourceItem folder = Folder("d");
        await target.CreateFolderAsync(folder, Token);
        Assert.Equal("700\n700\n", tree.Run("stat -c %a out out/d"));
        await target.FinishFolderAsync(folder, s_none, Token);
        Assert.Equal("755\n", tree.Run("stat -c %a out/d"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Default_acl_of_the_destination_gives_nobody_rights_to_restored_items()
    {
        using TestTree tree = TestTree.Create("mkdir out; setfacl -d -m u:nobody:rwx out");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        await WriteAsync(target, File("a"), "x");
        SourceItem folder = Folder("d");
        await target.CreateFolderAsync(folder, Token);
        await target.FinishFolderAsync(folder, s_none, Token);
        await target.CreateSpecialAsync(Special("p", SourceItemKind.Fifo), s_none, Token);
        Assert.Equal("", tree.Run("cd out; getfacl -cs a d p"));
        Assert.Equal("644 755 644\n", tree.Run("cd out; echo $(stat -c %a a d p)"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Existing_folder_loses_attributes_that_it_did_not_have()
    {
        using TestTree tree = TestTree.Create("mkdir -p out/d; setfattr -n user.old -v x out/d; setfattr -n user.kept -v x out/d");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        SourceItem folder = Folder("d");
        await target.CreateFolderAsync(folder, Token);
        Assert.Empty(await target.FinishFolderAsync(folder, new SourceItemDetails { ExtendedAttributes = [new("user.kept", "y"u8.ToArray())] }, Token));
        Assert.Equal("user.kept=\"y\"\n", tree.Run("getfattr -d out/d | grep user"));
    }

    [Fact(Timeout = TimeLimit)]
    public void Without_root_rights_content_is_restored_and_the_rest_is_told_once()
    {
        using TestTree tree = TestTree.Create("chmod 755 .; mkdir -m 777 open; mkdir closed");
        UnprivilegedThread.RunOrSkip(() =>
        {
            var source = new FilesSource(new FilesOptions());
            SourceException exception = Assert.Throws<SourceException>(() => UnprivilegedThread.Now(source.OpenTargetAsync(tree.Combine("closed/new"), [], Token)));
            Assert.Equal(SourceError.DestinationNotWritable, exception.Error);
            IRestoreTarget target = UnprivilegedThread.Now(source.OpenTargetAsync(tree.Combine("open/new"), [], Token));
            var details = new SourceItemDetails { ExtendedAttributes = [new("trusted.x", "y"u8.ToArray()), new("user.x", "y"u8.ToArray())] };
            SourceItem folder = Folder("d");
            UnprivilegedThread.Now(target.CreateFolderAsync(folder, Token));
            List<string> failures = [];
            for (int i = 0; i < 3; i++)
            {
                IRestoreFile file = UnprivilegedThread.Now(target.CreateFileAsync(File($"f{i}", folder, mode: 0x9ED), RestoreFileOptions.None, Token));
                failures.AddRange(UnprivilegedThread.Now(file.CompleteAsync(details, Token)));
                UnprivilegedThread.Now(file.DisposeAsync());
            }

            failures.AddRange(UnprivilegedThread.Now(target.FinishFolderAsync(Folder("d", mode: 0x16D), s_none, Token)));
            Assert.Single(failures, text => text.StartsWith("Owner:", StringComparison.Ordinal));
            Assert.Single(failures, text => text.Contains("trusted.x", StringComparison.Ordinal));
            Assert.Equal(3, failures.Count(text => text.StartsWith("Setuid", StringComparison.Ordinal)));
            Assert.Equal(5, failures.Count);

            // The folder cannot be written to by its owner now; a second restore must get in all the same.
            UnprivilegedThread.Now(target.CreateFolderAsync(folder, Token));
            IRestoreFile again = UnprivilegedThread.Now(target.CreateFileAsync(File("f0", folder), RestoreFileOptions.None, Token));
            UnprivilegedThread.Now(again.CompleteAsync(s_none, Token));
            UnprivilegedThread.Now(again.DisposeAsync());
            exception = Assert.Throws<SourceException>(() => UnprivilegedThread.Now(target.CreateSpecialAsync(s_nullDevice, s_none, Token)));
            Assert.Equal(SourceError.NotWritten, exception.Error);
            UnprivilegedThread.Now(target.DisposeAsync());
        });
        Assert.Equal("755 nobody\n", tree.Run("stat -c '%a %U' open/new/d/f1"));
        Assert.Contains("user.x=\"y\"", tree.Run("getfattr -d open/new/d/f1"), StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Name_that_is_too_long_is_told()
    {
        using TestTree tree = TestTree.Create();
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => WriteAsync(target, File(new string('x', 256)), ""));
        Assert.Equal(SourceError.NotWritten, exception.Error);
        Assert.Contains("256", exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Item_whose_folder_is_missing_is_told()
    {
        using TestTree tree = TestTree.Create();
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"));
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => WriteAsync(target, File("a", Folder("missing")), ""));
        Assert.Equal(SourceError.NotWritten, exception.Error);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Without_a_destination_items_go_back_to_their_places()
    {
        using TestTree tree = TestTree.Create("mkdir d; echo old > d/a");
        var source = new FilesSource(new FilesOptions());
        await using ISourceSession session = await source.OpenAsync(TreeCopy.Request(tree.Path), Token);
        SourceItem? item = await session.FindAsync(EscapedText.ToBytes(tree.Combine("d/a")[1..]), Token);
        SourceItemDetails details = await session.GetDetailsAsync(item!, Token);
        tree.Run("echo changed > d/a; chmod 600 d/a");
        await using IRestoreTarget target = await source.OpenTargetAsync(null, [], Token);
        Assert.Equal(SourceItemKind.File, (await target.FindAsync(item!, Token))!.Kind);
        await using (IRestoreFile file = await target.CreateFileAsync(item!, RestoreFileOptions.None, Token))
        {
            await file.WriteAsync(0, "old\n"u8.ToArray(), Token);
            Assert.Empty(await file.CompleteAsync(details, Token));
        }

        Assert.Equal("old\n644\n", tree.Run("cat d/a; stat -c %a d/a"));
    }

    [Theory]
    [InlineData("out")]
    [InlineData("../out")]
    [InlineData("")]
    public async Task Destination_that_is_relative_to_nobody_knows_what_is_refused(string destination)
    {
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => OpenAsync(destination));

        Assert.Equal(SourceError.DestinationNotFolder, exception.Error);
        Assert.False(Path.Exists("out") || Path.Exists("../out"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Protected_folder_takes_nothing_from_any_call()
    {
        using TestTree tree = TestTree.Create("mkdir -p out/own/keys; echo old > out/own/f; echo old > out/own/keys/f; chmod 711 out/own");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"), tree.Combine("out/own"));
        SourceItem own = Folder("own");
        SourceItem keys = Folder("keys", own);
        await WriteAsync(target, File("g"), "beside");
        foreach (Func<Task> action in new Func<Task>[]
        {
            async () => await target.FindAsync(own, Token),
            async () => await target.FindAsync(File("f", keys), Token),
            async () => await target.CreateFolderAsync(own, Token),
            async () => await target.CreateFolderAsync(Folder("new", own), Token),
            async () => await target.FinishFolderAsync(own, s_none, Token),
            async () => await target.FinishFolderAsync(keys, s_none, Token),
            async () => await WriteAsync(target, File("f", own), "new"),
            async () => await WriteAsync(target, File("f", keys), "new"),
            async () => await target.CreateSpecialAsync(Special("f", SourceItemKind.Fifo, own), s_none, Token),
            async () => await target.CreateHardLinkAsync(File("f", own), File("g"), Token),
            async () => await target.CreateHardLinkAsync(File("h"), File("f", own), Token),
            async () => await target.RemoveLeftoversAsync(own, Token),
        })
        {
            SourceException exception = await Assert.ThrowsAsync<SourceException>(action);
            Assert.Equal(SourceError.Protected, exception.Error);
        }

        Assert.Equal("old\nold\n711\n", tree.Run("cat out/own/f out/own/keys/f; stat -c %a out/own"));
        Assert.Equal("f g keys own\n", tree.Run("find out -mindepth 1 -printf '%f\\n' | sort -u | xargs echo"));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("elsewhere")]
    [InlineData("elsewhere/keys/new")]
    public async Task Protected_folder_that_is_mounted_elsewhere_is_recognized(string destination)
    {
        using TestTree tree = TestTree.Create("mkdir -p own/keys");
        tree.MountOrSkip("elsewhere", $"--bind {tree.Combine("own")}");

        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => OpenAsync(tree.Combine(destination), tree.Combine("own")));

        Assert.Equal(SourceError.Protected, exception.Error);
        Assert.Equal("keys\n", tree.Run("ls own; ls own/keys"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Destination_that_turns_into_a_link_to_a_protected_folder_takes_nothing()
    {
        using TestTree tree = TestTree.Create("mkdir -p own/keys out");
        await using IRestoreTarget target = await OpenAsync(tree.Combine("out"), tree.Combine("own"));
        tree.Run("rmdir out; ln -s own/keys out");

        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => WriteAsync(target, File("f"), "new"));

        Assert.Equal(SourceError.Protected, exception.Error);
        Assert.Empty(tree.Run("ls own/keys"));
    }

    private static async Task<IRestoreTarget> OpenAsync(string destination, params string[] protectedFolders) =>
        await new FilesSource(new FilesOptions()).OpenTargetAsync(destination, protectedFolders, Token);

    private static async Task WriteAsync(IRestoreTarget target, SourceItem item, string content)
    {
        await using IRestoreFile file = await target.CreateFileAsync(item, RestoreFileOptions.None, Token);
        await file.WriteAsync(0, Encoding.UTF8.GetBytes(content), Token);
        Assert.Empty(await file.CompleteAsync(s_none, Token));
    }

    private static SourceItem File(string name, SourceItem? parent = null, uint mode = 0x1A4) => Item(name, SourceItemKind.File, mode, parent);

    private static SourceItem Folder(string name, SourceItem? parent = null, uint mode = 0x1ED) => Item(name, SourceItemKind.Folder, mode, parent);

    private static SourceItem Special(string name, SourceItemKind kind, SourceItem? parent = null) => Item(name, kind, 0x1A4, parent);

    private static SourceItem Item(string name, SourceItemKind kind, uint mode, SourceItem? parent) => new()
    {
        Parent = parent,
        Name = Encoding.UTF8.GetBytes(name),
        Kind = kind,
        Mode = mode,
        Size = 0,
        Modified = new SourceTime(1_600_000_000, 1),
    };
}
