using HandyBackup.Testing;

namespace HandyBackup.Sources.Files.Tests.Reading;

/// <summary>Reading files that are not as they were when they were listed, or not as files usually are.</summary>
public sealed class ReadingTests
{
    private const int TimeLimit = 30_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TimeLimit)]
    [InlineData("rm a", "No such file or directory")]
    [InlineData("rm a; mkfifo a", "replaced")]
    [InlineData("rm a; ln -s /etc/passwd a", "replaced")]
    [InlineData("rm a; mkdir a", "replaced")]
    public async Task File_that_is_gone_or_replaced_has_vanished(string script, string reason)
    {
        using TestTree tree = TestTree.Create("echo x > a");
        await using ISourceSession session = await OpenAsync(tree);
        SourceItem item = await FindAsync(session, tree, "a");
        tree.Run(script);
        SourceException exception = await Assert.ThrowsAsync<SourceException>(async () => await session.OpenReadAsync(item, Token));
        Assert.Equal(SourceError.Vanished, exception.Error);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("rm -r d")]
    [InlineData("rm -r d; ln -s /etc d")]
    [InlineData("rm -r d; touch d")]
    public async Task Folder_that_is_gone_or_replaced_has_vanished(string script)
    {
        using TestTree tree = TestTree.Create("mkdir d; touch d/passwd");
        await using ISourceSession session = await OpenAsync(tree);
        SourceItem item = await FindAsync(session, tree, "d");
        tree.Run(script);
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => session.WalkAsync(item, Token));
        Assert.Equal(SourceError.Vanished, exception.Error);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task File_inside_a_folder_that_became_a_link_is_not_read_from_elsewhere()
    {
        using TestTree tree = TestTree.Create("mkdir -p d/e other/e; echo mine > d/e/f; echo secret > other/e/f");
        SourceItem file;
        await using (ISourceSession first = await OpenAsync(tree))
        {
            file = await FindAsync(first, tree, "d/e/f");
        }

        tree.Run("mv d gone; ln -s other d");
        await using ISourceSession session = await OpenAsync(tree);
        SourceException exception = await Assert.ThrowsAsync<SourceException>(async () => await session.OpenReadAsync(file, Token));
        Assert.Equal(SourceError.Vanished, exception.Error);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("head -c 1000000 /dev/zero >> a", 200_000)]
    [InlineData("truncate -s 150000 a", 150_000)]
    [InlineData("truncate -s 10 a", 100_000)]
    [InlineData("printf x | dd of=a conv=notrunc status=none", 200_000)]
    public async Task Change_while_reading_is_noticed_and_reading_ends(string script, int expected)
    {
        using TestTree tree = TestTree.Create("head -c 200000 /dev/urandom > a; touch -d '2020-01-01' a");
        await using ISourceSession session = await OpenAsync(tree);
        await using ISourceReader reader = await session.OpenReadAsync(await FindAsync(session, tree, "a"), Token);
        Assert.Equal(100_000, await reader.ReadAsync(new byte[100_000], Token));
        Assert.False(await reader.WasChangedAsync(Token));
        tree.Run(script);
        byte[] rest = await reader.ReadAllAsync(65_536, Token);
        Assert.Equal(expected, 100_000 + rest.Length);
        Assert.True(await reader.WasChangedAsync(Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Change_between_listing_and_reading_is_noticed()
    {
        using TestTree tree = TestTree.Create("echo x > a; touch -d '2020-01-01' a");
        await using ISourceSession session = await OpenAsync(tree);
        SourceItem item = await FindAsync(session, tree, "a");
        tree.Run("echo y > a");
        await using ISourceReader reader = await session.OpenReadAsync(item, Token);
        Assert.Equal("y\n"u8.ToArray(), await reader.ReadAllAsync(100, Token));
        Assert.True(await reader.WasChangedAsync(Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Holes_read_as_zeros_wherever_they_are()
    {
        using TestTree tree = TestTree.Create("truncate -s 3000001 a");
        byte[] expected = new byte[3_000_001];
        var random = new Random(7);
        await using (FileStream stream = File.OpenWrite(tree.Combine("a")))
        {
            for (int i = 0; i < 12; i++)
            {
                int at = random.Next(expected.Length - 20_000);
                random.NextBytes(expected.AsSpan(at, random.Next(1, 20_000)));
                stream.Position = at;
                await stream.WriteAsync(expected.AsMemory(at, 20_000), Token);
            }
        }

        await using ISourceSession session = await OpenAsync(tree);
        SourceItem item = await FindAsync(session, tree, "a");
        foreach (int size in new[] { 1000, 4096, 65_537, 4_000_000 })
        {
            Assert.Equal(expected, await session.ReadAllAsync(item, size, Token));
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Cut_inside_a_hole_ends_reading()
    {
        using TestTree tree = TestTree.Create("truncate -s 1M a; printf x | dd of=a conv=notrunc status=none");
        await using ISourceSession session = await OpenAsync(tree);
        await using ISourceReader reader = await session.OpenReadAsync(await FindAsync(session, tree, "a"), Token);
        Assert.Equal(4096, await reader.ReadAsync(new byte[4096], Token));
        tree.Run("truncate -s 4096 a");
        Assert.Empty(await reader.ReadAllAsync(4096, Token));
        Assert.True(await reader.WasChangedAsync(Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Files_of_the_kernel_are_read_although_they_have_no_size()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc.");
        await using ISourceSession session = await new FilesSource(new FilesOptions()).OpenAsync(TreeCopy.Request("/proc/version"), Token);
        SourceItem? item = await session.FindAsync("proc/version"u8.ToArray(), Token);
        Assert.StartsWith("Linux", System.Text.Encoding.ASCII.GetString(await session.ReadAllAsync(item!, 100, Token)), StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Reading_leaves_the_time_of_last_access()
    {
        using TestTree tree = TestTree.Create("mkdir d; echo x > d/a; touch -a -d '2001-01-01' d/a d");
        await using (ISourceSession session = await OpenAsync(tree))
        {
            await session.ReadAllAsync(await FindAsync(session, tree, "d/a"), 100, Token);
            await session.WalkAsync(await FindAsync(session, tree, "d"), Token);
        }

        Assert.Equal("2001\n2001\n", tree.Run("stat -c %x d/a d | cut -c1-4"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Immutable_file_is_read()
    {
        using TestTree tree = TestTree.Create("echo x > a; chattr +i a 2> /dev/null || true");
        await using ISourceSession session = await OpenAsync(tree);
        Assert.Equal("x\n"u8.ToArray(), await session.ReadAllAsync(await FindAsync(session, tree, "a"), 100, Token));
    }

    [Fact(Timeout = TimeLimit)]
    public void What_may_not_be_read_is_told_with_path_and_reason()
    {
        using TestTree tree = TestTree.Create("chmod 755 .; echo x > secret; chmod 600 secret; mkdir -m 700 closed; mkdir blind; touch blind/a; chmod 744 blind; touch free");
        UnprivilegedThread.RunOrSkip(() =>
        {
            List<SourceIssue> issues = [];
            var request = new SourceSessionRequest { Paths = [tree.Path], OnIssue = issues.Add };
            ISourceSession session = UnprivilegedThread.Now(new FilesSource(new FilesOptions()).OpenAsync(request, Token));
            SourceItem secret = UnprivilegedThread.Now(session.FindAsync(PathOf(tree, "secret"), Token))!;
            SourceItem closed = UnprivilegedThread.Now(session.FindAsync(PathOf(tree, "closed"), Token))!;
            SourceItem blind = UnprivilegedThread.Now(session.FindAsync(PathOf(tree, "blind"), Token))!;
            SourceItem free = UnprivilegedThread.Now(session.FindAsync(PathOf(tree, "free"), Token))!;
            SourceException exception = Assert.Throws<SourceException>(() => UnprivilegedThread.Now(session.OpenReadAsync(secret, Token)));
            Assert.Equal((SourceError.Unreadable, "Permission denied"), (exception.Error, exception.Message));
            exception = Assert.Throws<SourceException>(() => UnprivilegedThread.Now(session.ListAsync(closed, Token).GetAsyncEnumerator(Token).MoveNextAsync()));
            Assert.Equal(SourceError.Unreadable, exception.Error);
            Assert.Empty(issues);
            Assert.False(UnprivilegedThread.Now(session.ListAsync(blind, Token).GetAsyncEnumerator(Token).MoveNextAsync()));
            SourceIssue issue = Assert.Single(issues);
            Assert.Equal((SourceError.Unreadable, "Permission denied"), (issue.Error, issue.Reason));
            Assert.Equal(PathOf(tree, "blind/a"), issue.Path.ToArray());

            // A file of somebody else cannot be opened without touching its time of last access; it is read all the same.
            UnprivilegedThread.Now(UnprivilegedThread.Now(session.OpenReadAsync(free, Token)).DisposeAsync());
            UnprivilegedThread.Now(session.DisposeAsync());
        });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Many_folders_are_listed_in_any_order_with_few_descriptors()
    {
        using TestTree tree = TestTree.Create("for i in {1..40}; do mkdir -p $i/{1..20}/x; done; for d in */*/x; do echo $d > $d/f; done");
        await using ISourceSession session = await OpenAsync(tree);
        List<SourceItem> files = (await session.WalkAsync(await session.FindAsync(PathOf(tree, ""), Token), Token)).FindAll(item => item.Kind == SourceItemKind.File);
        Assert.Equal(800, files.Count);
        int before = Directory.GetFiles("/proc/self/fd").Length;
        SourceItem[] shuffled = [.. files];
        new Random(3).Shuffle(shuffled);
        await Parallel.ForEachAsync(shuffled, Token, async (file, token) =>
            Assert.EndsWith("/x\n", System.Text.Encoding.ASCII.GetString(await session.ReadAllAsync(file, 100, token)), StringComparison.Ordinal));
        Assert.True(Directory.GetFiles("/proc/self/fd").Length < before + 300);
        Assert.True(before < 600);
    }

    private static byte[] PathOf(TestTree tree, string path) => EscapedText.ToBytes(tree.Combine(path).Trim('/'));

    private static async Task<ISourceSession> OpenAsync(TestTree tree) => await new FilesSource(new FilesOptions()).OpenAsync(TreeCopy.Request(tree.Path), Token);

    private static async Task<SourceItem> FindAsync(ISourceSession session, TestTree tree, string path)
    {
        SourceItem? item = await session.FindAsync(PathOf(tree, path), Token);
        Assert.NotNull(item);
        return item;
    }
}
