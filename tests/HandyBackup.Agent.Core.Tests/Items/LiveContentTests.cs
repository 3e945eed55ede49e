using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Items;

/// <summary>Reading a live file of a source that has to be read from its start, as a dump is.</summary>
public sealed class LiveContentTests : IDisposable
{
    private readonly ItemRig _rig = new();

    public LiveContentTests()
    {
        _rig.Memory.Tree.AddFile("docs/letters", "abcdefghij");
        _rig.Memory.Tree.AddFolder("docs/folder");
        _rig.Memory.Tree.AddLink("docs/link", "letters");
    }

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0, null, "abcdefghij")]
    [InlineData(3, null, "defghij")]
    [InlineData(3, 4L, "defg")]
    [InlineData(9, 4L, "j")]
    [InlineData(10, null, "")]
    [InlineData(99, null, "")]
    [InlineData(2, 0L, "")]
    public async Task What_cannot_be_sought_in_is_read_up_to_the_offset(int offset, long? length, string expected)
    {
        _rig.Memory.ReadSize = _ => 4;

        Assert.Equal(expected, await ReadAsync("docs/letters", offset, length));

        Assert.Equal(0, _rig.Memory.LastSession!.OpenReaders);
        Assert.True(_rig.Memory.LastSession.IsDisposed);
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, -1L)]
    public async Task Negative_range_is_refused_before_anything_is_opened(int offset, long? length)
    {
        HandyBackupException failure = await ItemRig.FailsAsync(ErrorCode.InvalidArgument, () => ReadAsync("docs/letters", offset, length));

        Assert.Equal("docs/letters", failure.Target);
        Assert.Equal(0, _rig.Memory.LastSession!.Opened);
    }

    [Theory]
    [InlineData("docs/folder", ErrorCode.ItemUnsupported)]
    [InlineData("docs/link", ErrorCode.ItemUnsupported)]
    [InlineData("", ErrorCode.ItemUnsupported)]
    [InlineData("docs/none", ErrorCode.ItemNotFound)]
    public async Task What_has_no_content_is_refused(string path, ErrorCode code)
    {
        HandyBackupException failure = await ItemRig.FailsAsync(code, () => ReadAsync(path));

        Assert.Equal(path, failure.Target);
        Assert.Equal(0, _rig.Memory.LastSession!.Opened);
    }

    [Theory]
    [InlineData(MemoryFault.Unreadable, ErrorCode.ItemUnreadable, "")]
    [InlineData(MemoryFault.FailsMidway, ErrorCode.ItemUnreadable, "abcde")]
    [InlineData(MemoryFault.ChangesWhileRead, ErrorCode.ItemChanged, "abcdefghij")]
    [InlineData(MemoryFault.SourceLost, ErrorCode.SourceUnavailable, "")]
    public async Task Failure_comes_after_all_that_could_be_read(MemoryFault fault, ErrorCode code, string expected)
    {
        _rig.Memory.Tree.Get("docs/letters").Fault = fault;
        var read = new StringBuilder();

        await ItemRig.FailsAsync(code, () => ReadAsync("docs/letters", read: read));

        Assert.Equal(expected, read.ToString());
        Assert.Equal(0, _rig.Memory.LastSession!.OpenReaders);
    }

    [Fact]
    public async Task Whoever_stops_reading_closes_the_file()
    {
        _rig.Memory.ReadSize = _ => 4;

        await foreach (ReadOnlyMemory<byte> part in _rig.Agent.ReadContentAsync(Query("docs/letters"), ItemRig.Token))
        {
            Assert.Equal(1, _rig.Memory.LastSession!.OpenReaders);
            break;
        }

        Assert.Equal(0, _rig.Memory.LastSession!.OpenReaders);
        Assert.True(_rig.Memory.LastSession.IsDisposed);
    }

    [Fact]
    public async Task Source_that_cannot_remove_says_so()
    {
        var order = new RemovalOrder { Selection = new SourceSelection { Source = "Memory" }, Path = "docs/letters" };

        HandyBackupException failure = await ItemRig.FailsAsync(ErrorCode.RemovalNotSupported, () => _rig.Agent.RemoveItemsAsync(order, ItemRig.Token).ToListAsync(ItemRig.Token).AsTask());

        Assert.Equal("Memory", failure.Target);
        Assert.Equal(SourceItemKind.File, _rig.Memory.Tree.Get("docs/letters").Kind);
    }

    private static LiveContentQuery Query(string path, long offset = 0, long? length = null) =>
        new() { Selection = new SourceSelection { Source = "Memory" }, Path = path, Offset = offset, Length = length };

    private async Task<string> ReadAsync(string path, long offset = 0, long? length = null, StringBuilder? read = null)
    {
        read ??= new StringBuilder();
        await foreach (ReadOnlyMemory<byte> part in _rig.Agent.ReadContentAsync(Query(path, offset, length), ItemRig.Token))
        {
            read.Append(Encoding.ASCII.GetString(part.Span));
        }

        return read.ToString();
    }
}
