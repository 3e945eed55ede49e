using System.Text;
using HandyBackup.Testing;

namespace HandyBackup.Sources.Files.Tests.Paths;

/// <summary>Which paths a session shows, and how.</summary>
public sealed class PathTests
{
    private const int TimeLimit = 30_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Folders_above_are_shown_with_their_metadata_and_nothing_else_in_them()
    {
        using TestTree tree = TestTree.Create("mkdir -p a/b/c a/other; touch a/b/c/file a/b/beside; chmod 751 a");
        await using ISourceSession session = await OpenAsync(tree, "a/b/c");
        SourceItem? top = null;
        string[] names = [.. tree.Path[1..].Split('/'), "a", "b", "c", "file"];
        foreach (string name in names)
        {
            List<SourceItem> items = [];
            await foreach (SourceItem item in session.ListAsync(top, Token))
            {
                items.Add(item);
            }

            top = Assert.Single(items);
            Assert.Equal(name, Encoding.UTF8.GetString(top.Name.Span));
            if (name == "a")
            {
                Assert.Equal((SourceItemKind.Folder, 0x1E9u), (top.Kind, top.Mode!.Value));
                Assert.Equal("root", (await session.GetDetailsAsync(top, Token)).User);
            }
        }

        Assert.Equal([tree.Combine("a/b/c")], session.Paths);
        Assert.Null(await session.FindAsync(TreePath(tree, "a/other"), Token));
        Assert.Null(await session.FindAsync(TreePath(tree, "a/b/beside"), Token));
        Assert.NotNull(await session.FindAsync(TreePath(tree, "a/b"), Token));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("a a", "a", "a a/x a/y a/y/z")]
    [InlineData("a a/y", "a", "a a/x a/y a/y/z")]
    [InlineData("a/y a", "a", "a a/x a/y a/y/z")]
    [InlineData("a/y b", "a/y b", "a a/y a/y/z b")]
    [InlineData("a/x", "a/x", "a a/x")]
    [InlineData("a/./../b/ .//a//x", "b a/x", "a a/x b")]
    [InlineData("ab a", "ab a", "a a/x a/y a/y/z ab")]
    public async Task Paths_are_normalised_and_merged(string paths, string expectedPaths, string expected)
    {
        using TestTree tree = TestTree.Create("mkdir -p a/y; touch a/x a/y/z b ab");
        await using ISourceSession session = await OpenAsync(tree, paths.Split(' '));
        Assert.Equal(expectedPaths.Split(' ').Select(tree.Combine), session.Paths);
        Assert.Equal(expected.Split(' '), await WalkAsync(session, tree));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Relative_path_starts_at_the_working_folder()
    {
        using TestTree tree = TestTree.Create("touch a");
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, tree.Combine("a"));
        await using ISourceSession session = await new FilesSource(new FilesOptions()).OpenAsync(TreeCopy.Request(relative), Token);
        Assert.Equal([tree.Combine("a")], session.Paths);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Path_with_bytes_that_are_no_text_is_written_with_escapes()
    {
        using TestTree tree = TestTree.Create(@"mkdir $'d\xff'; touch $'d\xff/a'");
        await using ISourceSession session = await OpenAsync(tree, @"d\xFF/a");
        Assert.Equal([tree.Combine(@"d\xFF/a")], session.Paths);
        Assert.Equal([@"d\xFF", @"d\xFF/a"], await WalkAsync(session, tree));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Link_is_shown_as_a_link_and_links_above_a_path_are_followed()
    {
        using TestTree tree = TestTree.Create("mkdir real; touch real/x real/y; ln -s real link; chmod 750 real");
        await using (ISourceSession session = await OpenAsync(tree, "link"))
        {
            SourceItem? link = await session.FindAsync(TreePath(tree, "link"), Token);
            Assert.Equal(SourceItemKind.SymbolicLink, link!.Kind);
            Assert.Equal("real"u8.ToArray(), (await session.GetDetailsAsync(link, Token)).LinkTarget.ToArray());
        }

        await using (ISourceSession session = await OpenAsync(tree, "link/x"))
        {
            Assert.Equal(["link", "link/x"], await WalkAsync(session, tree));
            SourceItem? above = await session.FindAsync(TreePath(tree, "link"), Token);
            Assert.Equal((SourceItemKind.Folder, 0x1E8u), (above!.Kind, above.Mode!.Value));
            _ = await session.GetDetailsAsync(above, Token);
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Path_through_a_link_inside_another_path_is_reported_not_lost()
    {
        using TestTree tree = TestTree.Create("mkdir -p a real; touch real/x; ln -s ../real a/link");
        List<SourceIssue> issues = [];
        var request = new SourceSessionRequest { Paths = [tree.Combine("a"), tree.Combine("a/link/x")], OnIssue = issues.Add };
        await using ISourceSession session = await new FilesSource(new FilesOptions()).OpenAsync(request, Token);
        SourceIssue issue = Assert.Single(issues);
        Assert.Equal(SourceError.Unsupported, issue.Error);
        Assert.Equal(TreePath(tree, "a/link/x"), issue.Path.ToArray());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Whole_machine_is_shown_when_nothing_or_the_top_is_asked_for()
    {
        using TestTree tree = TestTree.Create("touch a");
        foreach (string[] paths in new[] { Array.Empty<string>(), ["/"], [tree.Path, "/"] })
        {
            await using ISourceSession session = await new FilesSource(new FilesOptions()).OpenAsync(TreeCopy.Request(paths), Token);
            Assert.Equal(["/"], session.Paths);
            Assert.NotNull(await session.FindAsync(TreePath(tree, "a"), Token));
            Assert.NotNull(await session.FindAsync("usr"u8.ToArray(), Token));
        }
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("missing", "There is no such file or folder.")]
    [InlineData("file/x", "file is no folder.")]
    [InlineData("missing/x", "missing is no folder.")]
    public async Task Path_that_does_not_exist_is_named(string path, string reason)
    {
        using TestTree tree = TestTree.Create("touch file");
        var request = new SourceSessionRequest { Paths = [tree.Combine(path)], OnIssue = _ => { } };
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => new FilesSource(new FilesOptions()).OpenAsync(request, Token));
        Assert.Equal(SourceError.NotFound, exception.Error);
        Assert.StartsWith(tree.Combine(path), exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(path == "missing/x" ? "There is no such file or folder." : reason, exception.Message, StringComparison.Ordinal);
        Assert.NotNull(exception.Advice);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Path_that_is_gone_after_opening_is_reported()
    {
        using TestTree tree = TestTree.Create("touch a b");
        List<SourceIssue> issues = [];
        var request = new SourceSessionRequest { Paths = [tree.Combine("a"), tree.Combine("b")], OnIssue = issues.Add };
        await using ISourceSession session = await new FilesSource(new FilesOptions()).OpenAsync(request, Token);
        tree.Run("rm a");
        Assert.Equal(["b"], await WalkAsync(session, tree));
        SourceIssue issue = Assert.Single(issues);
        Assert.Equal(SourceError.Vanished, issue.Error);
        Assert.Equal(TreePath(tree, "a"), issue.Path.ToArray());
    }

    [Fact]
    public void Escapes_are_those_of_the_panel()
    {
        var random = new Random(11);
        string[] parts = ["a", "\\", "x", "4", "F", "é", "😀", "\n", "\u0085", "/", "\\x41"];
        for (int i = 0; i < 5000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => parts[random.Next(parts.Length)]));
            Assert.Equal(Contracts.ItemName.ToBytes(text), EscapedText.ToBytes(text));
            byte[] bytes = [.. Encoding.UTF8.GetBytes(text), .. new byte[] { (byte)random.Next(1, 256), (byte)random.Next(1, 256), (byte)random.Next(1, 256) }];
            random.Shuffle(bytes);
            Assert.Equal(Contracts.ItemName.ToText(bytes), EscapedText.ToText(bytes));
            Assert.Equal(bytes, EscapedText.ToBytes(EscapedText.ToText(bytes)));
        }
    }

    private static byte[] TreePath(TestTree tree, string path) => EscapedText.ToBytes(tree.Combine(path)[1..]);

    private static async Task<ISourceSession> OpenAsync(TestTree tree, params string[] paths) =>
        await new FilesSource(new FilesOptions()).OpenAsync(TreeCopy.Request([.. paths.Select(tree.Combine)]), Token);

    private static async Task<List<string>> WalkAsync(ISourceSession session, TestTree tree)
    {
        SourceItem? top = await session.FindAsync(TreePath(tree, "").AsMemory()[..^1], Token);
        return [.. (await session.WalkAsync(top, Token)).Select(item => EscapedText.ToText(item.GetPath())[tree.Path.Length..]).Order(StringComparer.Ordinal)];
    }
}
