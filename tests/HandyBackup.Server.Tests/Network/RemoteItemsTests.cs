using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using HandyBackup.Agent.Core.Items;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Network;

/// <summary>Files of real agents behind real TLS, read, written and removed on a real file system.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RemoteItemsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FleetServer _server = null!;
    private FleetAgent _agent = null!;
    private AgentConnection _connection = null!;

    private IItems Items => _server.Core.Items;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Links and modes are those of Linux.");
        _server = await FleetServer.StartAsync(_folder.Combine("data"));
        _agent = await FleetAgent.EnrollAsync(_server.Address, await _server.CreateTokenAsync());
        _connection = await _agent.ConnectAsync(_server.Address);
        await _server.WaitUntilAsync("box", isOnline: true);
        Directory.CreateDirectory(_folder.Combine("files"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _connection.DisposeAsync();
            await _server.DisposeAsync();
            _agent.Dispose();
        }

        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(5_000_000, 1_000_000L)]
    [InlineData(9_999_999, 5L)]
    [InlineData(50_000_000, null)]
    public async Task File_is_read_from_anywhere(long offset, long? length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(10_000_000);
        await File.WriteAllBytesAsync(PathOf("large"), content, TestTimeout.Token);

        byte[] read = await Items.ReadLiveAsync(Live("large") with { Offset = offset, Length = length }, TestTimeout.Token).ReadAllAsync(TestTimeout.Token);

        int start = (int)Math.Min(offset, content.Length);
        Assert.Equal(content.AsSpan(start, (int)Math.Min(length ?? int.MaxValue, content.Length - start)).ToArray(), read);
    }

    [Theory]
    [InlineData("mkfifo x", ErrorCode.ItemUnsupported)]
    [InlineData("ln -s /etc/passwd x", ErrorCode.ItemUnsupported)]
    [InlineData("mkdir x", ErrorCode.ItemUnsupported)]
    [InlineData("true", ErrorCode.ItemNotFound)]
    public async Task What_is_no_file_is_refused(string script, ErrorCode code)
    {
        Run(script);

        await FailsAsync(code, () => Items.ReadLiveAsync(Live("x"), TestTimeout.Token).ReadAllAsync(TestTimeout.Token));
    }

    [Fact]
    public async Task File_that_changes_while_it_is_read_says_so_at_the_end()
    {
        await File.WriteAllBytesAsync(PathOf("log"), new byte[40_000_000], TestTimeout.Token);
        long length = 0;

        await FailsAsync(ErrorCode.ItemChanged, async () =>
        {
            await foreach (ReadOnlyMemory<byte> part in Items.ReadLiveAsync(Live("log"), TestTimeout.Token))
            {
                if (length == 0)
                {
                    await File.AppendAllTextAsync(PathOf("log"), "more", TestTimeout.Token);
                }

                length += part.Length;
            }
        });

        Assert.Equal(40_000_000, length);
    }

    [Fact]
    public async Task File_appears_whole_with_time_and_mode_or_not_at_all()
    {
        var modified = new DateTimeOffset(2024, 5, 6, 7, 8, 9, 120, TimeSpan.Zero).AddTicks(34567);
        var item = new ItemToWrite { Destination = PathOf("new/folder"), Path = "a", Modified = modified, Mode = 0x9A4, Size = 3 };

        WrittenItem written = await WriteAsync(item, [1], [2, 3]);
        HandyBackupException shorter = await FailsAsync(ErrorCode.ContentIncomplete, () => WriteAsync(item with { Path = "b" }, [1]));
        HandyBackupException broken = await FailsAsync(ErrorCode.ItemUnreadable, () => Items.WriteFileAsync(Request(item), BreakingAsync(), TestTimeout.Token));

        Assert.Equal((RestoreAction.Create, 3L), (written.Action, written.Bytes));
        Assert.Empty(written.MetadataFailures);
        Assert.Equal("b", shorter.Target);
        Assert.Equal("mine", broken.Target);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(PathOf("new/folder/a"), TestTimeout.Token));
        Assert.Equal(modified.UtcDateTime, File.GetLastWriteTimeUtc(PathOf("new/folder/a")));
        Assert.Equal((UnixFileMode)0x1A4, File.GetUnixFileMode(PathOf("new/folder/a")));
        Assert.Equal(["a"], Directory.EnumerateFileSystemEntries(PathOf("new/folder")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../outside")]
    [InlineData("link/outside")]
    [InlineData("/outside")]
    [InlineData("")]
    [InlineData(@"a\x2Fb")]
    public async Task Nothing_is_written_outside_the_destination(string path)
    {
        Run("mkdir in; ln -s .. in/link");

        await FailsAsync(ErrorCode.DestinationEscapes, () => WriteAsync(new ItemToWrite { Destination = PathOf("in"), Path = path }, [1]));
        await FailsAsync(ErrorCode.DestinationEscapes, () => Items.WriteFolderAsync(Request(new ItemToWrite { Destination = PathOf("in"), Path = path }), TestTimeout.Token));

        Assert.Equal("in in/link", Run("find * | sort | xargs echo"));
    }

    [Fact]
    public async Task File_is_copied_from_agent_to_agent()
    {
        using FleetAgent other = await FleetAgent.EnrollAsync(_server.Address, await _server.CreateTokenAsync(), "other");
        await using AgentConnection connection = await other.ConnectAsync(_server.Address);
        await _server.WaitUntilAsync("other", isOnline: true);
        byte[] content = RandomNumberGenerator.GetBytes(20_000_001);
        await File.WriteAllBytesAsync(PathOf("source"), content, TestTimeout.Token);
        var item = new ItemToWrite { Destination = PathOf("there"), Path = "copy", Size = content.Length };

        WrittenItem written = await Items.CopyFileAsync(new CopyFileRequest { File = Live("source"), Agent = "other", Item = item }, TestTimeout.Token);
        WrittenItem again = await Items.CopyFileAsync(
            new CopyFileRequest { File = Live("source"), Agent = "other", Item = item with { Overwrite = OverwritePolicy.Never } }, TestTimeout.Token);
        await FailsAsync(ErrorCode.ItemNotFound, () => Items.CopyFileAsync(new CopyFileRequest { File = Live("none"), Agent = "other", Item = item with { Path = "x" } }, TestTimeout.Token));

        Assert.Equal((RestoreAction.Create, RestoreAction.Skip), (written.Action, again.Action));
        Assert.Equal(content, await File.ReadAllBytesAsync(PathOf("there/copy"), TestTimeout.Token));
        Assert.Equal(["copy"], Directory.EnumerateFileSystemEntries(PathOf("there")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Folder_goes_with_all_in_it_and_nothing_that_its_links_point_to()
    {
        Run("mkdir -p x/a/b keep; echo 1 > x/a/b/1; echo 2 > keep/2; ln -s ../keep x/link; ln -s ../../keep/2 x/a/file; mkfifo x/fifo");

        await FailsAsync(ErrorCode.FolderNotEmpty, () => RemoveAsync("x", recurse: false));
        List<ItemRemoval> removals = await RemoveAsync("x", recurse: true);

        Assert.Equal("keep keep/2", Run("find * | sort | xargs echo"));
        Assert.Equal(7, removals.Count);
        Assert.All(removals, removal => Assert.Null(removal.Failure));
        Assert.EndsWith("/x", removals[^1].Path, StringComparison.Ordinal);
        await FailsAsync(ErrorCode.ItemNotFound, () => RemoveAsync("x", recurse: true));
        await FailsAsync(ErrorCode.ItemNotFound, () => RemoveAsync("keep/../keep", recurse: true));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/proc")]
    public async Task Tops_of_volumes_stay(string path)
    {
        await FailsAsync(ErrorCode.ItemProtected, async () =>
        {
            await foreach (ItemRemoval removal in Items.RemoveAsync(new RemoveItemsRequest { Agent = "box", Path = path, Recurse = true }, TestTimeout.Token))
            {
                Assert.Fail($"{removal.Path} was removed.");
            }
        });
    }

    [Fact]
    public async Task What_is_the_agents_own_is_neither_read_written_nor_removed()
    {
        Run("mkdir -p x/home/keys x/other; echo secret > x/home/keys/key; echo 1 > x/other/1; ln -s x/home home");
        await using AgentConnection connection = await ReconnectAsync(_agent.ProtectedHost(PathOf("home")));

        await FailsAsync(ErrorCode.ItemProtected, () => Items.ReadLiveAsync(Live("x/home/keys/key"), TestTimeout.Token).ReadAllAsync(TestTimeout.Token));
        await FailsAsync(ErrorCode.ItemProtected, () => RemoveAsync("x/home/keys", recurse: true));
        await FailsAsync(ErrorCode.ItemProtected, () => WriteAsync(new ItemToWrite { Destination = PathOf("home/keys"), Path = "key" }, [1]));
        await FailsAsync(ErrorCode.ItemProtected, () => Items.WriteFolderAsync(Request(new ItemToWrite { Destination = PathOf("x"), Path = "home", Mode = 0x1FF }), TestTimeout.Token));
        await FailsAsync(
            ErrorCode.ItemProtected,
            () => Items.CopyFileAsync(new CopyFileRequest { File = Live("x/other/1"), Agent = "box", Item = new ItemToWrite { Destination = PathOf("home"), Path = "new" } }, TestTimeout.Token));
        List<ItemRemoval> removals = await RemoveAsync("x", recurse: true);

        Assert.Equal("secret", Run("cat x/home/keys/key"));
        Assert.Equal(ErrorCode.ItemProtected, Assert.Single(removals, removal => removal.Failure is not null).Failure!.Code);
        Assert.Equal("home x x/home x/home/keys x/home/keys/key", Run("find * | sort | xargs echo"));
    }

    [Fact]
    public async Task Read_only_agent_is_read_and_not_written()
    {
        Run("echo 1 > a");
        await using AgentConnection connection = await ReconnectAsync(new ReadOnlyAgent(_agent.Host));

        Assert.Equal("1\n"u8.ToArray(), await Items.ReadLiveAsync(Live("a"), TestTimeout.Token).ReadAllAsync(TestTimeout.Token));
        await FailsAsync(ErrorCode.AgentReadOnly, () => RemoveAsync("a", recurse: false));
        await FailsAsync(ErrorCode.AgentReadOnly, () => WriteAsync(new ItemToWrite { Destination = PathOf("in"), Path = "b" }, [1]));
        await FailsAsync(ErrorCode.AgentReadOnly, () => Items.WriteFolderAsync(Request(new ItemToWrite { Destination = PathOf("in"), Path = "b" }), TestTimeout.Token));

        Assert.Equal("a", Run("find * | sort | xargs echo"));
    }

    [Fact]
    public async Task Cut_while_a_file_is_written_leaves_nothing_half_done()
    {
        Task<WrittenItem> writing = Items.WriteFileAsync(Request(new ItemToWrite { Destination = PathOf("in"), Path = "a" }), EndlessAsync(), TestTimeout.Token);
        while (!Directory.Exists(PathOf("in")))
        {
            await Task.Delay(10, TestTimeout.Token);
        }

        await _connection.DisposeAsync();

        await FailsAsync(ErrorCode.ConnectionLost, () => writing);
        while (Directory.EnumerateFileSystemEntries(PathOf("in")).Any())
        {
            await Task.Delay(10, TestTimeout.Token);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> BreakingAsync()
    {
        await Task.Yield();
        yield return new byte[] { 1, 2 };
        throw new HandyBackupException(ErrorCode.ItemUnreadable, "Input/output error") { Target = "mine" };
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> EndlessAsync()
    {
        while (true)
        {
            await Task.Yield();
            yield return new byte[4096];
        }
    }

    private static WriteItemRequest Request(ItemToWrite item) => new() { Agent = "box", Item = item };

    private static async Task<HandyBackupException> FailsAsync(ErrorCode code, Func<Task> call)
    {
        HandyBackupException failure = await Assert.ThrowsAsync<HandyBackupException>(call);
        Assert.True(failure.Code == code, failure.ToString());
        return failure;
    }

    private async Task<AgentConnection> ReconnectAsync(IAgent host)
    {
        await _connection.DisposeAsync();
        await _server.WaitUntilAsync("box", isOnline: false);
        AgentConnection connection = await _agent.ConnectAsync(_server.Address, host);
        await _server.WaitUntilAsync("box", isOnline: true);
        return connection;
    }

    private string PathOf(string path) => _folder.Combine("files", path);

    private LiveContentRequest Live(string path) => new() { Agent = "box", Path = PathOf(path) };

    private Task<WrittenItem> WriteAsync(ItemToWrite item, params byte[][] parts) => Items.WriteFileAsync(Request(item), TestContent.Of(parts), TestTimeout.Token);

    private async Task<List<ItemRemoval>> RemoveAsync(string path, bool recurse)
    {
        var removals = new List<ItemRemoval>();
        await foreach (ItemRemoval removal in Items.RemoveAsync(new RemoveItemsRequest { Agent = "box", Path = PathOf(path), Recurse = recurse }, TestTimeout.Token))
        {
            removals.Add(removal);
        }

        return removals;
    }

    private string Run(string script)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-e", "-c", script]) { WorkingDirectory = _folder.Combine("files"), RedirectStandardOutput = true })!;
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        return output.Trim();
    }
}
