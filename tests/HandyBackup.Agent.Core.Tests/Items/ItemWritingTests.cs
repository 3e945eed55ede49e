using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Items;

/// <summary>Writing a file or folder that comes from elsewhere into a real file system.</summary>
public sealed class ItemWritingTests : IDisposable
{
    private static readonly DateTimeOffset s_old = new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly ItemRig _rig = new("mkdir in; echo old > in/a; touch -d 2024-01-02T03:04:05Z in/a");

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Old_file_stays_until_the_new_one_is_whole()
    {
        WrittenItem written = await _rig.Agent.WriteFileAsync(Order(Item("a") with { Size = 8 }), WatchedAsync(), ItemRig.Token);

        Assert.Equal((RestoreAction.Replace, 8L), (written.Action, written.Bytes));
        Assert.Equal("new new!", _rig.Run("cat in/a"));
        Assert.Equal("in in/a", _rig.Everything);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> WatchedAsync()
        {
            await Task.Yield();
            yield return "new "u8.ToArray();
            Assert.Equal("old", _rig.Run("cat in/a"));
            yield return "new!"u8.ToArray();
            Assert.Equal("old", _rig.Run("cat in/a"));
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(0)]
    public async Task Content_of_another_length_leaves_what_was_there(int size)
    {
        await ItemRig.FailsAsync(ErrorCode.ContentIncomplete, () => _rig.WriteAsync(Item("a") with { Size = size }, new byte[4], new byte[4]));

        Assert.Equal("old", _rig.Run("cat in/a"));
        Assert.Equal("in in/a", _rig.Everything);
    }

    [Theory]
    [InlineData("a", "in in/a")]
    [InlineData("b", "in in/a")]
    public async Task Cancelled_copy_leaves_nothing_behind(string name, string expected)
    {
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _rig.Agent.WriteFileAsync(Order(Item(name)), StoppedAsync(), stop.Token));

        Assert.Equal("old", _rig.Run("cat in/a"));
        Assert.Equal(expected, _rig.Everything);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> StoppedAsync()
        {
            yield return new byte[100_000];
            await stop.CancelAsync();
            yield return new byte[100_000];
        }
    }

    [Theory]
    [InlineData(OverwritePolicy.Never, 1, RestoreAction.Skip)]
    [InlineData(OverwritePolicy.IfNewer, -1, RestoreAction.Skip)]
    [InlineData(OverwritePolicy.IfNewer, 1, RestoreAction.Replace)]
    [InlineData(OverwritePolicy.IfChanged, 0, RestoreAction.Skip)]
    [InlineData(OverwritePolicy.IfChanged, 1, RestoreAction.Replace)]
    [InlineData(OverwritePolicy.Always, 0, RestoreAction.Replace)]
    public async Task What_exists_is_treated_as_a_restore_would_and_content_is_read_only_when_it_is_written(OverwritePolicy policy, int hours, RestoreAction expected)
    {
        bool isRead = false;
        ItemToWrite item = Item("a") with { Size = 4, Modified = s_old.AddHours(hours), Overwrite = policy };

        WrittenItem written = await _rig.Agent.WriteFileAsync(Order(item), ContentAsync(), ItemRig.Token);

        Assert.Equal(expected, written.Action);
        Assert.Equal(expected == RestoreAction.Replace, isRead);
        Assert.Equal(expected == RestoreAction.Replace ? "new" : "old", _rig.Run("cat in/a"));

        async IAsyncEnumerable<ReadOnlyMemory<byte>> ContentAsync()
        {
            await Task.Yield();
            isRead = true;
            yield return "new\n"u8.ToArray();
        }
    }

    [Fact]
    public async Task Folder_gets_its_metadata_and_keeps_what_is_in_it()
    {
        ItemToWrite item = Item("in") with { Destination = _rig.PathOf(""), Modified = s_old, Mode = 0xFED };

        Assert.Equal(RestoreAction.Merge, (await _rig.WriteFolderAsync(item)).Action);
        Assert.Equal(RestoreAction.Create, (await _rig.WriteFolderAsync(item with { Path = "new" })).Action);

        // The bits that lend the owner's and the group's rights do not travel.
        Assert.Equal("1755 1755", _rig.Run("stat -c %a in new | xargs echo"));
        Assert.Equal(s_old.UtcDateTime, Directory.GetLastWriteTimeUtc(_rig.PathOf("new")));
        Assert.Equal("old", _rig.Run("cat in/a"));
    }

    [Fact]
    public async Task Missing_folder_on_the_way_is_an_error()
    {
        await ItemRig.FailsAsync(ErrorCode.ItemNotRestored, () => _rig.WriteAsync(Item("none/b"), [1]));

        Assert.Equal("in in/a", _rig.Everything);
    }

    private static ItemWriteOrder Order(ItemToWrite item) => new() { Target = ItemRig.Files, Item = item };

    private ItemToWrite Item(string path) => new() { Destination = _rig.PathOf("in"), Path = path };
}
