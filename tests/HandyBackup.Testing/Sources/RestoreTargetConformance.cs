using System.Security.Cryptography;
using System.Text;
using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>
/// What every restore target must do. A subclass provides a source that takes items, and a destination that does not exist yet; what was
/// written is read back through the same source.
/// </summary>
public abstract class RestoreTargetConformance
{
    private const int TimeLimit = 30_000;
    private const uint FileMode = 0x1A0;
    private const uint FolderMode = 0x1E8;

    private static readonly SourceTime s_time = new(1_500_000_000, 123_456_700);

    /// <summary>The destination, as users write paths. Nothing is there when a test starts.</summary>
    protected abstract string Destination { get; }

    /// <summary>The raw path at which the source shows the destination; empty if it is the top.</summary>
    protected abstract byte[] DestinationPath { get; }

    /// <summary>True if the source keeps symbolic links and hard links.</summary>
    protected virtual bool HasLinks => true;

    /// <summary>True if the source keeps the permission bits of Unix.</summary>
    protected virtual bool HasModes => true;

    /// <summary>Makes the source, or gives the same one each time.</summary>
    protected abstract Task<IRestoringSource> CreateSourceAsync(CancellationToken cancellationToken);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Restores_a_file_with_its_metadata()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        Assert.Empty(await WriteFileAsync(target, File("a.txt"), "content"u8.ToArray()));
        SourceItem found = await ReadItemAsync("a.txt");
        Assert.Equal((SourceItemKind.File, 7L, s_time, Kept(FileMode)), (found.Kind, found.Size, found.Modified, found.Mode));
        Assert.Equal("content"u8.ToArray(), await ReadContentAsync("a.txt"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Parts_may_come_in_any_order_and_at_once()
    {
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        await using IRestoreTarget target = await OpenTargetAsync();
        await using IRestoreFile file = await target.CreateFileAsync(File("big", size: content.Length), RestoreFileOptions.None, Token);
        int[] offsets = [.. Enumerable.Range(0, 10).Select(i => i * 30_000)];
        new Random(2).Shuffle(offsets);
        await Task.WhenAll(offsets.Select(offset => Task.Run(async () => await file.WriteAsync(offset, content.AsMemory(offset, 30_000), Token), Token)));
        Assert.Empty(await file.CompleteAsync(SourceItemDetails.None, Token));
        Assert.Equal(content, await ReadContentAsync("big"));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10_000)]
    [InlineData(1_000_001)]
    public async Task Restores_zeros(int length)
    {
        byte[] content = new byte[length];
        if (length > 5000)
        {
            content[5000] = 1;
        }

        await using IRestoreTarget target = await OpenTargetAsync();
        await WriteFileAsync(target, File("zeros", length), content);
        Assert.Equal(content, await ReadContentAsync("zeros"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Restores_a_file_of_unknown_size()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        await WriteFileAsync(target, File("unknown", size: null), new byte[20_000]);
        Assert.Equal(20_000, (await ReadContentAsync("unknown")).Length);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task File_that_is_not_completed_leaves_what_was_there_and_nothing_else()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        await WriteFileAsync(target, File("a"), "old"u8.ToArray());
        await using (IRestoreFile file = await target.CreateFileAsync(File("a"), RestoreFileOptions.None, Token))
        {
            await file.WriteAsync(0, "newer"u8.ToArray(), Token);
            Assert.Equal("old"u8.ToArray(), await ReadContentAsync("a"));
        }

        Assert.Equal("old"u8.ToArray(), await ReadContentAsync("a"));
        Assert.Equal(["a"], await ListAsync());
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(40, 40)]
    public async Task Keeps_what_is_right_of_a_file_that_exists(int partsThere, int partsWanted)
    {
        const int Part = 300_000;
        byte[] wanted = new byte[partsWanted * Part];
        new Random(1).NextBytes(wanted);
        byte[] there = new byte[partsThere * Part];
        wanted.AsSpan(0, Math.Min(wanted.Length, there.Length)).CopyTo(there);
        there[Part + 7] ^= 1;
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem item = File("a", wanted.Length);
        await WriteFileAsync(target, File("a", there.Length), there);

        var keep = new List<bool>();
        var options = new RestoreFileOptions { Existing = await target.FindAsync(item, Token) };
        await using (IRestoreFile file = await target.CreateFileAsync(item, options, Token))
        {
            Assert.True(file.HasEarlierContent);
            for (int at = 0; at < wanted.Length; at += Part)
            {
                ReadOnlyMemory<byte> part = wanted.AsMemory(at, Part);
                keep.Add(await file.TryKeepAsync(at, Part, SHA256.HashData(part.Span), Token));
                if (!keep[^1])
                {
                    await file.WriteAsync(at, part, Token);
                }
            }

            Assert.Equal(there, await ReadContentAsync("a"));
            Assert.Empty(await file.CompleteAsync(SourceItemDetails.None, Token));
        }

        Assert.Equal(Enumerable.Range(0, partsWanted).Select(i => i != 1 && i < partsThere), keep);
        Assert.Equal(wanted, await ReadContentAsync("a"));
        Assert.Equal((wanted.Length, s_time, Kept(FileMode)), ((int)(await ReadItemAsync("a")).Size!, (await ReadItemAsync("a")).Modified, (await ReadItemAsync("a")).Mode));
        Assert.Equal(["a"], await ListAsync());
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(300_000)]
    [InlineData(12_000_000)]
    public async Task File_that_was_compared_and_not_completed_is_as_it_was(int length)
    {
        byte[] there = new byte[length];
        new Random(1).NextBytes(there);
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem item = File("a", length);
        await WriteFileAsync(target, item, there);
        await using (IRestoreFile file = await target.CreateFileAsync(item, new RestoreFileOptions { Existing = item }, Token))
        {
            Assert.True(await file.TryKeepAsync(0, 100_000, SHA256.HashData(there.AsSpan(0, 100_000)), Token));
            await file.WriteAsync(100_000, new byte[200_000], Token);
        }

        Assert.Equal(there, await ReadContentAsync("a"));
        Assert.Equal(["a"], await ListAsync());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Leaves_nothing_that_is_its_own_when_leftovers_are_removed()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        await target.RemoveLeftoversAsync(null, Token);
        SourceItem folder = Folder("f");
        await target.CreateFolderAsync(folder, Token);
        await WriteFileAsync(target, File("x", parent: folder), "x"u8.ToArray());
        await target.RemoveLeftoversAsync(folder, Token);
        await target.RemoveLeftoversAsync(null, Token);
        Assert.Equal(["f", "f/x"], await ListAsync());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Completed_file_replaces_what_was_there()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        await WriteFileAsync(target, File("a"), "old content"u8.ToArray());
        await WriteFileAsync(target, File("a"), "new"u8.ToArray());
        Assert.Equal("new"u8.ToArray(), await ReadContentAsync("a"));
        Assert.Equal(["a"], await ListAsync());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Restores_a_folder_with_content_and_metadata()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem folder = Folder("f");
        SourceItem inner = Folder("g", folder);
        await target.CreateFolderAsync(folder, Token);
        await target.CreateFolderAsync(inner, Token);
        await WriteFileAsync(target, File("x", parent: inner), "x"u8.ToArray());
        Assert.Empty(await target.FinishFolderAsync(inner, SourceItemDetails.None, Token));
        Assert.Empty(await target.FinishFolderAsync(folder, SourceItemDetails.None, Token));
        Assert.Equal("x"u8.ToArray(), await ReadContentAsync("f/g/x"));
        SourceItem found = await ReadItemAsync("f");
        Assert.Equal((SourceItemKind.Folder, s_time, Kept(FolderMode)), (found.Kind, found.Modified, found.Mode));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Folder_that_exists_keeps_its_content()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem folder = Folder("f");
        await target.CreateFolderAsync(folder, Token);
        await WriteFileAsync(target, File("x", parent: folder), "x"u8.ToArray());
        await target.CreateFolderAsync(folder, Token);
        Assert.Equal("x"u8.ToArray(), await ReadContentAsync("f/x"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Folder_replaces_a_file_and_a_file_an_empty_folder()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        await WriteFileAsync(target, File("a"), "a"u8.ToArray());
        await target.CreateFolderAsync(Folder("a"), Token);
        Assert.Equal(SourceItemKind.Folder, (await ReadItemAsync("a")).Kind);
        await WriteFileAsync(target, File("a"), "a"u8.ToArray());
        Assert.Equal(SourceItemKind.File, (await ReadItemAsync("a")).Kind);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task File_does_not_replace_a_folder_with_content()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem folder = Folder("a");
        await target.CreateFolderAsync(folder, Token);
        await WriteFileAsync(target, File("x", parent: folder), "x"u8.ToArray());
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => WriteFileAsync(target, File("a"), "a"u8.ToArray()));
        Assert.Equal(SourceError.NotWritten, exception.Error);
        Assert.Equal(["a", "a/x"], await ListAsync());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Finds_what_is_there_and_only_that()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem folder = Folder("f");
        Assert.Null(await target.FindAsync(folder, Token));
        Assert.Null(await target.FindAsync(File("x", parent: folder), Token));
        await target.CreateFolderAsync(folder, Token);
        Assert.Null(await target.FindAsync(File("x", parent: folder), Token));
        await WriteFileAsync(target, File("x", parent: folder), "123"u8.ToArray());
        SourceItem? found = await target.FindAsync(File("x", parent: folder), Token);
        Assert.Equal((SourceItemKind.File, 3L, s_time), (found!.Kind, found.Size!.Value, found.Modified!.Value));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Restores_a_link_without_following_it_and_replaces_links_by_files()
    {
        Assert.SkipUnless(HasLinks, "The source has no links.");
        await using IRestoreTarget target = await OpenTargetAsync();
        await WriteFileAsync(target, File("real"), "real"u8.ToArray());
        await WriteFileAsync(target, File("a"), "a"u8.ToArray());
        Assert.Empty(await target.CreateSpecialAsync(Link("a"), new SourceItemDetails { LinkTarget = "real"u8.ToArray() }, Token));
        Assert.Equal(SourceItemKind.SymbolicLink, (await ReadItemAsync("a")).Kind);
        Assert.Equal(SourceItemKind.SymbolicLink, (await target.FindAsync(File("a"), Token))!.Kind);
        await WriteFileAsync(target, File("a"), "new"u8.ToArray());
        Assert.Equal("new"u8.ToArray(), await ReadContentAsync("a"));
        Assert.Equal("real"u8.ToArray(), await ReadContentAsync("real"));
        Assert.Equal(["a", "real"], await ListAsync());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Restores_hard_links()
    {
        Assert.SkipUnless(HasLinks, "The source has no links.");
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem first = File("first");
        SourceItem folder = Folder("f");
        SourceItem second = File("second", parent: folder);
        await target.CreateFolderAsync(folder, Token);
        await WriteFileAsync(target, first, "shared"u8.ToArray());
        await WriteFileAsync(target, second, "something else"u8.ToArray());
        await target.CreateHardLinkAsync(second, first, Token);
        await target.CreateHardLinkAsync(second, first, Token);
        Assert.Equal("shared"u8.ToArray(), await ReadContentAsync("f/second"));
        Assert.Equal((await ReadItemAsync("first")).Inode, (await ReadItemAsync("f/second")).Inode);
        Assert.Equal(["f", "f/second", "first"], await ListAsync());
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("../../evil")]
    [InlineData("/etc")]
    [InlineData("a\0b")]
    public async Task Refuses_a_name_that_leads_elsewhere(string name)
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem good = File("good");
        await WriteFileAsync(target, good, []);
        foreach (SourceItem? parent in new[] { null, Folder(name) })
        {
            string inner = parent is null ? name : "inner";
            await RefusesAsync(async () => await target.FindAsync(File(inner, parent: parent), Token));
            await RefusesAsync(async () => await target.CreateFolderAsync(Folder(inner, parent), Token));
            await RefusesAsync(async () => await target.CreateFileAsync(File(inner, parent: parent), RestoreFileOptions.None, Token));
            await RefusesAsync(async () => await target.CreateSpecialAsync(Link(inner, parent), new SourceItemDetails { LinkTarget = "x"u8.ToArray() }, Token));
            await RefusesAsync(async () => await target.CreateHardLinkAsync(File(inner, parent: parent), good, Token));
            await RefusesAsync(async () => await target.CreateHardLinkAsync(File("new"), File(inner, parent: parent), Token));
        }

        Assert.Equal(["good"], await ListAsync());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Refuses_an_item_behind_a_link()
    {
        Assert.SkipUnless(HasLinks, "The source has no links.");
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem folder = Folder("real");
        await target.CreateFolderAsync(folder, Token);
        await target.CreateSpecialAsync(Link("link"), new SourceItemDetails { LinkTarget = "real"u8.ToArray() }, Token);
        SourceItem behind = Folder("link");
        await RefusesAsync(async () => await target.CreateFolderAsync(behind, Token));
        await RefusesAsync(async () => await target.CreateFileAsync(File("x", parent: behind), RestoreFileOptions.None, Token));
        await RefusesAsync(async () => await target.FindAsync(File("x", parent: behind), Token));
        Assert.Equal(["link", "real"], await ListAsync());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Restores_many_files_at_once()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        SourceItem folder = Folder("f");
        await target.CreateFolderAsync(folder, Token);
        await Parallel.ForAsync(0, 300, Token, async (i, token) =>
        {
            byte[] content = Encoding.ASCII.GetBytes($"content {i}");
            await using IRestoreFile file = await target.CreateFileAsync(File($"{i:D3}", content.Length, folder), RestoreFileOptions.None, token);
            await file.WriteAsync(0, content, token);
            await file.CompleteAsync(SourceItemDetails.None, token);
        });
        Assert.Equal(301, (await ListAsync()).Count);
        Assert.Equal("content 123"u8.ToArray(), await ReadContentAsync("f/123"));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Refuses_a_destination_that_is_a_file()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        await WriteFileAsync(target, File("a"), "a"u8.ToArray());
        IRestoringSource source = await CreateSourceAsync(Token);
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => source.OpenTargetAsync($"{Destination}/a", [], Token));
        Assert.Equal(SourceError.DestinationNotFolder, exception.Error);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Stops_when_cancelled()
    {
        await using IRestoreTarget target = await OpenTargetAsync();
        await using IRestoreFile file = await target.CreateFileAsync(File("a"), RestoreFileOptions.None, Token);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await target.CreateFolderAsync(Folder("f"), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await file.WriteAsync(0, "x"u8.ToArray(), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await file.CompleteAsync(SourceItemDetails.None, cancelled.Token));
    }

    private static async Task RefusesAsync(Func<Task> action) =>
        Assert.Equal(SourceError.DestinationEscapes, (await Assert.ThrowsAsync<SourceException>(action)).Error);

    private uint? Kept(uint mode) => HasModes ? mode : null;

    private static SourceItem File(string name, long? size = 0, SourceItem? parent = null) => Item(name, SourceItemKind.File, FileMode, size, parent);

    private static SourceItem Folder(string name, SourceItem? parent = null) => Item(name, SourceItemKind.Folder, FolderMode, 0, parent);

    private static SourceItem Link(string name, SourceItem? parent = null) => Item(name, SourceItemKind.SymbolicLink, 0x1FF, 0, parent);

    private static SourceItem Item(string name, SourceItemKind kind, uint mode, long? size, SourceItem? parent) => new()
    {
        Parent = parent,
        Name = Encoding.UTF8.GetBytes(name),
        Kind = kind,
        Size = size,
        Mode = mode,
        Modified = s_time,
        Links = 1,
    };

    private static async Task<IReadOnlyList<string>> WriteFileAsync(IRestoreTarget target, SourceItem item, byte[] content)
    {
        await using IRestoreFile file = await target.CreateFileAsync(item, RestoreFileOptions.None, Token);
        await file.WriteAsync(0, content, Token);
        return await file.CompleteAsync(SourceItemDetails.None, Token);
    }

    private async Task<IRestoreTarget> OpenTargetAsync() => await (await CreateSourceAsync(Token)).OpenTargetAsync(Destination, [], Token);

    private async Task<ISourceSession> OpenSessionAsync() =>
        await (await CreateSourceAsync(Token)).OpenAsync(new SourceSessionRequest { OnIssue = issue => Assert.Fail(issue.Reason), Paths = [Destination] }, Token);

    private byte[] PathOf(string path) =>
        [.. DestinationPath, .. DestinationPath.Length > 0 && path.Length > 0 ? "/"u8 : [], .. Encoding.UTF8.GetBytes(path)];

    private async Task<SourceItem> ReadItemAsync(string path)
    {
        await using ISourceSession session = await OpenSessionAsync();
        SourceItem? item = await session.FindAsync(PathOf(path), Token);
        Assert.NotNull(item);
        return item;
    }

    private async Task<byte[]> ReadContentAsync(string path)
    {
        await using ISourceSession session = await OpenSessionAsync();
        SourceItem? item = await session.FindAsync(PathOf(path), Token);
        Assert.NotNull(item);
        return await session.ReadAllAsync(item, 65_536, Token);
    }

    private async Task<List<string>> ListAsync()
    {
        await using ISourceSession session = await OpenSessionAsync();
        SourceItem? top = DestinationPath.Length == 0 ? null : await session.FindAsync(DestinationPath, Token);
        int prefix = DestinationPath.Length == 0 ? 0 : DestinationPath.Length + 1;
        List<SourceItem> items = await session.WalkAsync(top, Token);
        return [.. items.Select(item => Encoding.UTF8.GetString(item.GetPath().AsSpan(prefix))).Order(StringComparer.Ordinal)];
    }
}
