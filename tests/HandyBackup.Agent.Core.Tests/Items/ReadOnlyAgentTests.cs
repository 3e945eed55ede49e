using HandyBackup.Agent.Core.Items;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Items;

public sealed class ReadOnlyAgentTests : IDisposable
{
    private readonly ItemRig _rig = new("mkdir in; echo 1 > in/a");
    private readonly ReadOnlyAgent _agent;
    private readonly MemoryBlobs _blobs = new();

    public ReadOnlyAgentTests() => _agent = new ReadOnlyAgent(_rig.Agent);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task It_lists_reads_backs_up_and_plans()
    {
        var selection = new SourceSelection { Source = "Files", Paths = [_rig.PathOf("in")] };
        await _agent.ValidateAsync(selection, ItemRig.Token);
        BackupOutcome backup = await _agent.BackupAsync(
            new BackupOrder { RunId = Guid.Empty, Selection = selection, ChunkerKey = new byte[32], CompressionLevel = 1 }, _blobs, _blobs, new RecordingObserver(), ItemRig.Token);

        Assert.Equal("box", (await _agent.DescribeAsync(ItemRig.Token)).Name);
        Assert.Equal("a", Assert.Single(await _agent.ListItemsAsync(new LiveItemQuery { Selection = ItemRig.Files, Path = _rig.PathOf("in") }, ItemRig.Token).ToListAsync(ItemRig.Token)).Name);
        Assert.Equal("1\n"u8.ToArray(), await _agent.ReadContentAsync(new LiveContentQuery { Selection = ItemRig.Files, Path = _rig.PathOf("in/a") }, ItemRig.Token).ReadAllAsync(ItemRig.Token));
        Assert.NotEmpty(await _agent.PlanRestoreAsync(Restore(backup.RootTree), _blobs, ItemRig.Token).ToListAsync(ItemRig.Token));
        await ItemRig.FailsAsync(ErrorCode.AgentReadOnly, () => _agent.RestoreAsync(Restore(backup.RootTree), _blobs, new RecordingObserver(), ItemRig.Token));
        Assert.Equal("in in/a", _rig.Everything);
    }

    [Fact]
    public async Task It_writes_and_removes_nothing()
    {
        var order = new ItemWriteOrder { Target = ItemRig.Files, Item = new ItemToWrite { Destination = _rig.PathOf("in"), Path = "b" } };

        await ItemRig.FailsAsync(ErrorCode.AgentReadOnly, () => _agent.WriteFileAsync(order, TestContent.Of([1]), ItemRig.Token));
        await ItemRig.FailsAsync(ErrorCode.AgentReadOnly, () => _agent.WriteFolderAsync(order, ItemRig.Token));
        await ItemRig.FailsAsync(
            ErrorCode.AgentReadOnly,
            () => _agent.RemoveItemsAsync(new RemovalOrder { Selection = ItemRig.Files, Path = _rig.PathOf("in/a") }, ItemRig.Token).ToListAsync(ItemRig.Token).AsTask());

        Assert.Equal("in in/a", _rig.Everything);
    }

    private RestoreOrder Restore(BlobId root) => new()
    {
        RunId = Guid.Empty,
        Target = ItemRig.Files,
        RootTree = root,
        Selections = [new RestoreSelection("", "")],
        Destination = _rig.PathOf("out"),
    };
}
