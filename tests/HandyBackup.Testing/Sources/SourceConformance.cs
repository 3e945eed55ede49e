using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>
/// What every source must do, whatever it shows. A subclass provides a source that shows at least one folder with two items or more and
/// one file with content, all of them readable.
/// </summary>
public abstract class SourceConformance
{
    private const int TimeLimit = 30_000;

    /// <summary>What a session is asked to show; empty for everything.</summary>
    protected virtual IReadOnlyList<string> Paths => [];

    /// <summary>A path, as users write them, at which the source has nothing.</summary>
    protected abstract string MissingPath { get; }

    /// <summary>Makes the source, or gives the same one each time.</summary>
    protected abstract Task<ISource> CreateSourceAsync(CancellationToken cancellationToken);

    [Fact(Timeout = TimeLimit)]
    public async Task Test_succeeds() => await (await CreateSourceAsync(Token)).TestAsync(Token);

    [Fact(Timeout = TimeLimit)]
    public async Task Lists_names_in_byte_order_without_repeats()
    {
        await using ISourceSession session = await OpenAsync();
        var folders = new Stack<SourceItem?>([null]);
        int largest = 0;
        while (folders.TryPop(out SourceItem? folder))
        {
            int count = 0;
            byte[]? last = null;
            await foreach (SourceItem item in session.ListAsync(folder, Token))
            {
                byte[] name = item.Name.ToArray();
                Assert.NotEmpty(name);
                Assert.False(name.AsSpan().ContainsAny((byte)'/', (byte)0));
                Assert.True(last is null || last.AsSpan().SequenceCompareTo(name) < 0, $"'{item.Name}' is out of order.");
                last = name;
                count++;
                if (item.Kind == SourceItemKind.Folder)
                {
                    folders.Push(item);
                }
            }

            largest = Math.Max(largest, count);
        }

        Assert.True(largest > 1, "The source under test shows no folder with two items.");
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Items_know_the_folder_that_they_were_listed_in()
    {
        await using ISourceSession session = await OpenAsync();
        await foreach (SourceItem item in session.ListAsync(null, Token))
        {
            Assert.Null(item.Parent);
            await foreach (SourceItem inner in session.ListAsync(item.Kind == SourceItemKind.Folder ? item : null, Token))
            {
                Assert.Same(item.Kind == SourceItemKind.Folder ? item : null, inner.Parent);
            }
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Finds_each_item_by_its_path()
    {
        await using ISourceSession session = await OpenAsync();
        foreach (SourceItem item in await session.WalkAsync(null, Token))
        {
            SourceItem? found = await session.FindAsync(item.GetPath(), Token);
            Assert.NotNull(found);
            Assert.Equal(item.GetPath(), found.GetPath());
            Assert.Equal((item.Kind, item.Size, item.Mode, item.Inode), (found.Kind, found.Size, found.Mode, found.Inode));

            // Folders above the tree are not the test's alone.
            Assert.True(item.Kind == SourceItemKind.Folder || item.Modified == found.Modified);
        }
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("no such item")]
    [InlineData("no such folder/item")]
    [InlineData("..")]
    [InlineData("")]
    public async Task Finds_nothing_where_nothing_is(string path)
    {
        await using ISourceSession session = await OpenAsync();
        Assert.Null(await session.FindAsync(System.Text.Encoding.UTF8.GetBytes(path), Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Finds_nothing_inside_a_file()
    {
        await using ISourceSession session = await OpenAsync();
        SourceItem file = (await session.WalkAsync(null, Token)).First(item => item.Kind == SourceItemKind.File);
        Assert.Null(await session.FindAsync((byte[])[.. file.GetPath(), .. "/x"u8], Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Reads_each_file_whole_and_alike_whatever_the_size_of_the_reads()
    {
        await using ISourceSession session = await OpenAsync();
        long bytes = 0;
        foreach (SourceItem file in (await session.WalkAsync(null, Token)).Where(item => item.Kind == SourceItemKind.File))
        {
            await using ISourceReader reader = await session.OpenReadAsync(file, Token);
            byte[] content = await reader.ReadAllAsync(1 << 20, Token);
            Assert.Equal(0, await reader.ReadAsync(new byte[16], Token));
            Assert.False(await reader.WasChangedAsync(Token));
            if (file.Size is { } size)
            {
                Assert.Equal(size, content.Length);
            }

            if (content.Length < 100_000)
            {
                Assert.Equal(content, await session.ReadAllAsync(file, 7, Token));
            }

            bytes += content.Length;
        }

        Assert.True(bytes > 0, "The source under test shows no file with content.");
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Reads_several_files_while_listing()
    {
        await using ISourceSession session = await OpenAsync();
        List<SourceItem> files = (await session.WalkAsync(null, Token)).FindAll(item => item.Kind == SourceItemKind.File);
        List<byte[]> one = [];
        foreach (SourceItem file in files.Take(20))
        {
            one.Add(await session.ReadAllAsync(file, 4096, Token));
        }

        Task<List<SourceItem>> walk = Task.Run(() => session.WalkAsync(null, Token), Token);
        byte[][] together = await Task.WhenAll(files.Take(20).Select(file => Task.Run(() => session.ReadAllAsync(file, 4096, Token), Token)));
        Assert.Equal(one, together);
        Assert.Equal(files.Count, (await walk).Count(item => item.Kind == SourceItemKind.File));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Only_links_have_a_target()
    {
        await using ISourceSession session = await OpenAsync();
        foreach (SourceItem item in await session.WalkAsync(null, Token))
        {
            SourceItemDetails details = await session.GetDetailsAsync(item, Token);
            Assert.Equal(item.Kind == SourceItemKind.SymbolicLink, !details.LinkTarget.IsEmpty);
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task An_open_file_tells_the_same_details_as_its_name()
    {
        await using ISourceSession session = await OpenAsync();
        foreach (SourceItem file in (await session.WalkAsync(null, Token)).Where(item => item.Kind == SourceItemKind.File).Take(20))
        {
            SourceItemDetails named = await session.GetDetailsAsync(file, Token);
            await using ISourceReader reader = await session.OpenReadAsync(file, Token);
            SourceItemDetails open = await reader.GetDetailsAsync(Token);
            Assert.Equal((named.User, named.Group, named.WindowsAttributes, named.Created), (open.User, open.Group, open.WindowsAttributes, open.Created));
            Assert.Equivalent(named.ExtendedAttributes, open.ExtendedAttributes, strict: true);
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Stops_when_cancelled()
    {
        await using ISourceSession session = await OpenAsync();
        SourceItem file = (await session.WalkAsync(null, Token)).First(item => item is { Kind: SourceItemKind.File, Size: null or > 0 });
        await using ISourceReader reader = await session.OpenReadAsync(file, Token);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.WalkAsync(null, cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await session.OpenReadAsync(file, cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadAsync(new byte[16], cancelled.Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Opening_fails_when_none_of_the_paths_exists()
    {
        ISource source = await CreateSourceAsync(Token);
        var request = new SourceSessionRequest { Paths = [MissingPath], OnIssue = _ => { } };
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => source.OpenAsync(request, Token));
        Assert.Equal(SourceError.NotFound, exception.Error);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task A_missing_path_beside_others_is_reported_and_the_others_are_shown()
    {
        ISource source = await CreateSourceAsync(Token);
        IReadOnlyList<string> paths = Paths;
        await using (ISourceSession all = await OpenAsync())
        {
            paths = all.Paths;
        }

        Assert.SkipWhen(paths.Count == 0, "The source has no paths to choose from.");
        List<SourceIssue> issues = [];
        await using ISourceSession session = await source.OpenAsync(new SourceSessionRequest { Paths = [.. paths, MissingPath], OnIssue = issues.Add }, Token);
        Assert.Equal(SourceError.NotFound, Assert.Single(issues).Error);
        Assert.Equal(paths, session.Paths);
        Assert.NotEmpty(await session.WalkAsync(null, Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Two_sessions_do_not_disturb_each_other()
    {
        await using ISourceSession first = await OpenAsync();
        List<SourceItem> items = await first.WalkAsync(null, Token);
        await using (ISourceSession second = await OpenAsync())
        {
            Assert.Equal(items.Count, (await second.WalkAsync(null, Token)).Count);
        }

        Assert.Equal(items.Count, (await first.WalkAsync(null, Token)).Count);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<ISourceSession> OpenAsync()
    {
        ISource source = await CreateSourceAsync(Token);
        return await source.OpenAsync(
            new SourceSessionRequest { Paths = Paths, OnIssue = issue => Assert.Fail($"{issue.Error}: {issue.Reason}") },
            Token);
    }
}
