using System.Reflection;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Who may read, write and remove files on agents, and what the audit log says of it.</summary>
public sealed class ItemRightsTests : AccessHarness
{
    private SnapshotReference _snapshot = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        _snapshot = await BackUpAsync();
        Agent.Files["etc/a"] = Encoding.UTF8.GetBytes("alive");
    }

    [Fact]
    public async Task Restore_operator_reads_what_was_backed_up_and_nothing_else()
    {
        await AddUserAsync("rita", new Grant { Role = Role.RestoreOperator });
        PanelConnection rita = await LogInAsync("rita");

        byte[] stored = await rita.Items.ReadStoredAsync(new StoredContentRequest { Snapshot = _snapshot, Path = "data/a.txt" }, Token).ReadAllAsync(Token);

        Assert.Equal("alpha", Encoding.UTF8.GetString(stored));
        await FailsAsync(ErrorCode.AccessRefused, () => rita.Items.ReadLiveAsync(new LiveContentRequest { Path = "etc/a" }, Token).ReadAllAsync(Token));
        await FailsAsync(ErrorCode.AccessRefused, () => rita.Items.RemoveAsync(new RemoveItemsRequest { Path = "etc/a" }, Token).ToListAsync(Token).AsTask());
        Assert.True(Agent.Files.ContainsKey("etc/a"));
    }

    [Fact]
    public async Task Administrator_of_one_agent_reads_writes_copies_and_removes_there()
    {
        await AddAgentAsync("elsewhere");
        await AddUserAsync("adam", new Grant { Role = Role.Administrator, Agents = ["here"] });
        PanelConnection adam = await LogInAsync("adam");
        var item = new ItemToWrite { Destination = "/srv", Path = "b" };

        byte[] live = await adam.Items.ReadLiveAsync(new LiveContentRequest { Path = "etc/a", Offset = 2 }, Token).ReadAllAsync(Token);
        WrittenItem written = await adam.Items.WriteFileAsync(new WriteItemRequest { Agent = "here", Item = item }, TestContent.Of([1, 2], [3]), Token);
        await adam.Items.CopyFileAsync(new CopyFileRequest { File = new LiveContentRequest { Path = "b" }, Item = item with { Path = "c" } }, Token);
        ItemRemoval removal = Assert.Single(await adam.Items.RemoveAsync(new RemoveItemsRequest { Path = "etc/a" }, Token).ToListAsync(Token));

        Assert.Equal(("ive", 3L, "etc/a"), (Encoding.UTF8.GetString(live), written.Bytes, removal.Path));
        Assert.Equal([1, 2, 3], Agent.Files["c"]);
        Assert.False(Agent.Files.ContainsKey("etc/a"));
        await FailsAsync(
            ErrorCode.AgentNotFound,
            () => adam.Items.CopyFileAsync(new CopyFileRequest { File = new LiveContentRequest { Path = "b" }, Agent = "elsewhere", Item = item }, Token));
    }

    [Fact]
    public async Task Each_use_is_written_down_before_and_after_with_agent_and_path()
    {
        await Local.Items.ReadLiveAsync(new LiveContentRequest { Path = "etc/a" }, Token).ReadAllAsync(Token);
        await FailsAsync(ErrorCode.ItemNotFound, () => Local.Items.ReadLiveAsync(new LiveContentRequest { Agent = "here", Path = "etc/b" }, Token).ReadAllAsync(Token));
        await Local.Items.RemoveAsync(new RemoveItemsRequest { Agent = "here", Path = "etc/a", Recurse = true }, Token).ToListAsync(Token);

        (string, string, AuditOutcome, ErrorCode?)[] entries = [.. (await AuditAsync()).Select(entry => (entry.Action, entry.Target, entry.Outcome, entry.Error))];
        Assert.Equal(
            [
                ("Items.Remove", "agent here, etc/a with all in it", AuditOutcome.Done, null),
                ("Items.Remove", "agent here, etc/a with all in it", AuditOutcome.Begun, null),
                ("Items.ReadLive", "agent here, etc/b", AuditOutcome.Failed, ErrorCode.ItemNotFound),
                ("Items.ReadLive", "agent here, etc/b", AuditOutcome.Begun, null),
                ("Items.ReadLive", "agent of the server, etc/a", AuditOutcome.Done, null),
                ("Items.ReadLive", "agent of the server, etc/a", AuditOutcome.Begun, null),
            ],
            entries[..6]);
    }

    [Fact]
    public async Task Reading_that_is_given_up_is_written_down_as_such()
    {
        // More than is on its way before the reader has taken any.
        Agent.Files["large"] = new byte[20 * 1024 * 1024];
        await foreach (ReadOnlyMemory<byte> part in Local.Items.ReadLiveAsync(new LiveContentRequest { Path = "large" }, Token))
        {
            break;
        }

        AuditEntry last = (await AuditAsync())[0];
        while (last.Outcome == AuditOutcome.Begun)
        {
            await Task.Delay(20, Token);
            last = (await AuditAsync())[0];
        }

        Assert.Equal(("Items.ReadLive", AuditOutcome.Failed, ErrorCode.Cancelled), (last.Action, last.Outcome, last.Error));
    }

    [Fact]
    public void Streams_that_bring_content_out_or_change_something_are_audited()
    {
        IEnumerable<string> audited = typeof(PanelServices).GetProperties().Where(property => property.PropertyType.IsInterface)
            .SelectMany(property => property.PropertyType.GetMethods())
            .Where(method => method.GetCustomAttribute<RequiresAttribute>()!.Audited)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.Equal(["IItems.ReadLiveAsync", "IItems.ReadStoredAsync", "IItems.RemoveAsync", "IServerInfo.BackUpAsync"], audited.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0, null, "alpha")]
    [InlineData(2, null, "pha")]
    [InlineData(1, 3L, "lph")]
    [InlineData(5, null, "")]
    [InlineData(99, 1L, "")]
    [InlineData(0, 0L, "")]
    public async Task Stored_content_is_read_from_anywhere(long offset, long? length, string expected)
    {
        var request = new StoredContentRequest { Snapshot = _snapshot, Path = "/data/a.txt", Offset = offset, Length = length };

        Assert.Equal(expected, Encoding.UTF8.GetString(await Local.Items.ReadStoredAsync(request, Token).ReadAllAsync(Token)));
    }

    [Theory]
    [InlineData("data", ErrorCode.ItemUnsupported)]
    [InlineData("", ErrorCode.ItemUnsupported)]
    [InlineData("data/none", ErrorCode.ItemNotFound)]
    public async Task What_has_no_content_is_named(string path, ErrorCode code)
    {
        HandyBackupException failure = await FailsAsync(
            code, () => Local.Items.ReadStoredAsync(new StoredContentRequest { Snapshot = _snapshot, Path = path }, Token).ReadAllAsync(Token));

        Assert.Equal(path, failure.Target);
    }
}
