using HandyBackup.Testing;

namespace HandyBackup.Sources.Files.Tests.Excludes;

/// <summary>What sessions leave out, on real trees.</summary>
public sealed class SessionRulesTests
{
    private const int TimeLimit = 30_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Excluded_items_are_missing_silently_and_excluded_folders_are_not_entered()
    {
        using TestTree tree = TestTree.Create("mkdir -p a/obj/x a/src; touch a/obj/x/keep a/src/x.cs a/src/y.tmp a/obj.cs");
        Assert.Equal(["a", "a/obj.cs", "a/src", "a/src/x.cs"], await WalkAsync(tree, new FilesOptions { Exclude = ["obj/", "*.tmp", "!keep"] }));
        await using ISourceSession session = await OpenAsync(tree, new FilesOptions { Exclude = ["obj/"] });
        Assert.Null(await session.FindAsync(TreePath(tree, "a/obj/x/keep"), Token));
        Assert.NotNull(await session.FindAsync(TreePath(tree, "a/src/x.cs"), Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Browsing_shows_what_a_backup_leaves_out()
    {
        using TestTree tree = TestTree.Create("touch a.tmp; truncate -s 1M large");
        var options = new FilesOptions { Exclude = ["*.tmp"], MaximumSize = 10, ExcludeFile = [tree.Combine("missing")] };
        var request = new SourceSessionRequest { Paths = [tree.Path], ApplyExcludes = false, OnIssue = _ => { } };
        await using ISourceSession session = await new FilesSource(options).OpenAsync(request, Token);
        Assert.Equal(["a.tmp", "large"], await WalkAsync(session, tree));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Paths_that_were_asked_for_are_never_left_out()
    {
        using TestTree tree = TestTree.Create("mkdir -p x.tmp/y; touch x.tmp/y/a x.tmp/y/b.tmp");
        await using ISourceSession session = await new FilesSource(new FilesOptions { Exclude = ["*.tmp", "y"] }).OpenAsync(TreeCopy.Request(tree.Combine("x.tmp/y")), Token);
        Assert.Equal(["x.tmp", "x.tmp/y", "x.tmp/y/a"], await WalkAsync(session, tree));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Exclude_files_have_comments_and_bring_back()
    {
        using TestTree tree = TestTree.Create("""
            mkdir rules; printf '# comment\n\n  *.log  \r\n!keep.log\n\\#hash\n' > rules/first; printf '/%s/sub/b\n' "${PWD#/}" > rules/second
            mkdir sub; touch sub/a.log sub/keep.log sub/b '#hash' comment
            """);
        var options = new FilesOptions { ExcludeFile = [tree.Combine("rules/first"), tree.Combine("rules/second")], Exclude = ["rules"] };
        Assert.Equal(["comment", "sub", "sub/keep.log"], await WalkAsync(tree, options));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("missing", "cannot be read")]
    [InlineData("bad", "Line 2")]
    [InlineData("folder", "cannot be read")]
    public async Task Exclude_file_that_is_none_is_named(string name, string reason)
    {
        using TestTree tree = TestTree.Create("mkdir folder; printf 'ok\n[bad\n' > bad");
        var source = new FilesSource(new FilesOptions { ExcludeFile = [tree.Combine(name)] });
        foreach (Func<Task> action in new Func<Task>[] { () => source.OpenAsync(TreeCopy.Request(tree.Path), Token), () => source.TestAsync(Token) })
        {
            SourceException exception = await Assert.ThrowsAsync<SourceException>(action);
            Assert.Equal((SourceError.OptionInvalid, nameof(FilesOptions.ExcludeFile)), (exception.Error, exception.Option));
            Assert.Contains(tree.Combine(name), exception.Message, StringComparison.Ordinal);
            Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Cache_folders_keep_their_tag_only()
    {
        using TestTree tree = TestTree.Create("""
            mkdir -p cache/sub fake short
            printf 'Signature: 8a477f597d28d172789f06886806bc55\n# comment' | tee cache/CACHEDIR.TAG > /dev/null; touch cache/a cache/sub/b
            echo 'Signature: no' > fake/CACHEDIR.TAG; touch fake/a; : > short/CACHEDIR.TAG; touch short/a
            mkdir tagdir; mkdir tagdir/CACHEDIR.TAG; touch tagdir/a
            """);
        string[] expected = ["cache", "cache/CACHEDIR.TAG", "fake", "fake/CACHEDIR.TAG", "fake/a", "short", "short/CACHEDIR.TAG", "short/a", "tagdir", "tagdir/CACHEDIR.TAG", "tagdir/a"];
        Assert.Equal(expected, await WalkAsync(tree, new FilesOptions { ExcludeCaches = true }));
        await using ISourceSession session = await OpenAsync(tree, new FilesOptions { ExcludeCaches = true });
        Assert.Null(await session.FindAsync(TreePath(tree, "cache/a"), Token));
        Assert.NotNull(await session.FindAsync(TreePath(tree, "cache/CACHEDIR.TAG"), Token));
        Assert.NotNull(await session.FindAsync(TreePath(tree, "fake/a"), Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Larger_files_are_left_out()
    {
        using TestTree tree = TestTree.Create("truncate -s 10 exact; truncate -s 11 larger; mkdir folder; ln -s 'a longer target' link");
        Assert.Equal(["exact", "folder", "link"], await WalkAsync(tree, new FilesOptions { MaximumSize = 10 }));
        SourceException exception = Assert.Throws<SourceException>(() => new FilesSource(new FilesOptions { MaximumSize = -1 }));
        Assert.Equal((SourceError.OptionInvalid, nameof(FilesOptions.MaximumSize)), (exception.Error, exception.Option));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Other_file_systems_are_left_out_but_for_the_mount_point()
    {
        using TestTree tree = TestTree.Create("touch a file; mkdir -p mounts");
        tree.MountOrSkip("mounts/other", "-t tmpfs -o size=1m tmpfs");
        tree.Run("touch mounts/other/inner; mkdir mounts/other/folder");
        tree.MountOrSkip("mounts/other/folder/again", "-t tmpfs -o size=1m tmpfs");
        tree.Run("mount --bind mounts/other/inner file");
        try
        {
            Assert.Equal(["a", "mounts", "mounts/other"], await WalkAsync(tree, new FilesOptions { OneFileSystem = true }));
            Assert.Contains("mounts/other/folder/again", await WalkAsync(tree, new FilesOptions()));

            // Asked for by itself, the other file system is the one to stay on.
            await using ISourceSession session = await new FilesSource(new FilesOptions { OneFileSystem = true }).OpenAsync(TreeCopy.Request(tree.Combine("mounts/other")), Token);
            Assert.Equal(["mounts", "mounts/other", "mounts/other/folder", "mounts/other/folder/again", "mounts/other/inner"], await WalkAsync(session, tree));
        }
        finally
        {
            tree.Run("umount file");
        }
    }

    [Fact(Timeout = TimeLimit)]
    public void Excluded_item_that_cannot_be_looked_at_is_no_issue()
    {
        using TestTree tree = TestTree.Create("chmod 755 .; mkdir blind; touch blind/a blind/b; mkdir blind/c; chmod 744 blind");
        UnprivilegedThread.RunOrSkip(() =>
        {
            List<SourceIssue> issues = [];
            var request = new SourceSessionRequest { Paths = [tree.Path], ApplyExcludes = true, OnIssue = issues.Add };
            ISourceSession session = UnprivilegedThread.Now(new FilesSource(new FilesOptions { Exclude = ["a", "c/"] }).OpenAsync(request, Token));
            SourceItem blind = UnprivilegedThread.Now(session.FindAsync(TreePath(tree, "blind"), Token))!;
            Assert.False(UnprivilegedThread.Now(session.ListAsync(blind, Token).GetAsyncEnumerator(Token).MoveNextAsync()));
            Assert.Equal(TreePath(tree, "blind/b"), Assert.Single(issues).Path.ToArray());
            UnprivilegedThread.Now(session.DisposeAsync());
        });
    }

    private static byte[] TreePath(TestTree tree, string path) => EscapedText.ToBytes(tree.Combine(path).Trim('/'));

    private static async Task<ISourceSession> OpenAsync(TestTree tree, FilesOptions options) =>
        await new FilesSource(options).OpenAsync(TreeCopy.Request(tree.Path), Token);

    private static async Task<List<string>> WalkAsync(TestTree tree, FilesOptions options)
    {
        await using ISourceSession session = await OpenAsync(tree, options);
        return await WalkAsync(session, tree);
    }

    private static async Task<List<string>> WalkAsync(ISourceSession session, TestTree tree)
    {
        SourceItem? top = await session.FindAsync(TreePath(tree, ""), Token);
        Assert.NotNull(top);
        return [.. (await session.WalkAsync(top, Token)).Select(item => EscapedText.ToText(item.GetPath())[tree.Path.Length..]).Order(StringComparer.Ordinal)];
    }
}
