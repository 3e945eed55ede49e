using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Sources.Files;
using HandyBackup.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Agent.Core.Tests.Items;

/// <summary>Nothing is written into the agent's own folder, whoever writes and by whatever path; and no backup has anything of it.</summary>
public sealed class ProtectedFolderTests : IDisposable
{
    private const string Untouched = "alias door door/inner home home/agent home/agent/keys home/agent/keys/1 other out";

    private readonly ItemRig _rig = new(
        "mkdir -p home/agent/keys other out; echo secret > home/agent/keys/1; ln -s home/agent alias; mkdir door; ln -s ../home/agent/keys door/inner", own: "alias");

    private readonly MemoryBlobs _blobs = new();
    private readonly RecordingObserver _observer = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("home/agent", "x")]
    [InlineData("home/agent/", "keys/1")]
    [InlineData("home/agent/keys", "1")]
    [InlineData("home/agent/keys/new/deep", "x")]
    [InlineData("other/../home/agent", "x")]
    [InlineData("home//./agent/keys", "x")]
    [InlineData("alias", "x")]
    [InlineData("alias/keys", "x")]
    [InlineData("door/inner", "x")]
    [InlineData("door/inner/new", "x")]
    [InlineData("home", "agent")]
    [InlineData("home", "agent/x")]
    [InlineData("home", "agent/keys/1")]
    [InlineData("", "home/agent/keys/x")]
    public async Task Copy_into_it_is_refused_before_anything_is_written(string destination, string path)
    {
        var item = new ItemToWrite { Destination = _rig.PathOf(destination), Path = path, Size = 1, Mode = 0x1FF };

        HandyBackupException file = await ItemRig.FailsAsync(ErrorCode.ItemProtected, () => _rig.WriteAsync(item, [1]));
        await ItemRig.FailsAsync(ErrorCode.ItemProtected, () => _rig.WriteFolderAsync(item));

        Assert.Contains(_rig.PathOf("alias"), file.Message, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public async Task Copy_beside_it_and_a_link_to_it_are_written()
    {
        await _rig.WriteAsync(new ItemToWrite { Destination = _rig.PathOf("home"), Path = "agent2" }, [1]);
        await _rig.WriteAsync(new ItemToWrite { Destination = _rig.PathOf("door"), Path = "inner" }, [1]);

        Assert.Equal("alias door door/inner home home/agent home/agent/keys home/agent/keys/1 home/agent2 other out", _rig.Everything);
    }

    [Theory]
    [InlineData("home/agent")]
    [InlineData("alias/new")]
    [InlineData("door/inner")]
    public async Task Restore_into_it_and_its_plan_are_refused(string destination)
    {
        BlobId root = await BackUpAsync("other");

        await ItemRig.FailsAsync(ErrorCode.ItemProtected, () => RestoreAsync(Order(root, "other", "x") with { Destination = _rig.PathOf(destination) }));
        HandyBackupException plan = await ItemRig.FailsAsync(
            ErrorCode.ItemProtected,
            () => _rig.Agent.PlanRestoreAsync(Order(root, "other", "x") with { Destination = _rig.PathOf(destination) }, _blobs, ItemRig.Token).ToListAsync(ItemRig.Token).AsTask());

        Assert.Equal(_rig.PathOf(destination), plan.Target);
        AssertUntouched();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/")]
    public async Task Restore_in_place_leaves_it_out_with_an_issue_and_does_the_rest(string? destination)
    {
        _rig.Run("echo 1 > home/before; echo 2 > home/zlast; echo 3 > home/agent/note");
        BlobId root = await BackUpAsync("home");
        _rig.Run("rm home/before home/zlast home/agent/note; echo newer > home/agent/keys/1; chmod 711 home/agent");

        RestoreOrder order = Order(root, "home", _rig.PathOf("home")[1..]) with { Destination = destination };
        List<RestorePlanItem> plan = await _rig.Agent.PlanRestoreAsync(order, _blobs, ItemRig.Token).ToListAsync(ItemRig.Token);
        await RestoreAsync(order);

        ItemIssue issue = Assert.Single(_observer.Issues);
        Assert.Equal((ErrorCode.ItemProtected, _rig.PathOf("home/agent")[1..]), (issue.Code, issue.Path));
        Assert.Equal(issue.Path, Assert.Single(plan, item => item.Action == RestoreAction.Refuse).Path);
        Assert.Equal("alias door door/inner home home/agent home/agent/keys home/agent/keys/1 home/before home/zlast other out", _rig.Everything);
        Assert.Equal("newer 711", _rig.Run("echo $(cat home/agent/keys/1) $(stat -c %a home/agent)"));
    }

    [Theory]
    [InlineData("home/agent/keys/1", "home/agent/keys/1")]
    [InlineData("home/agent/keys", "home/agent/keys")]
    [InlineData("other", "home/agent/new")]
    [InlineData("other", "home/agent")]
    public async Task Selection_that_would_land_in_it_is_left_out_with_an_issue(string path, string target)
    {
        BlobId root = await BackUpAsync("");
        await RestoreAsync(Order(root, path, target) with { Destination = _rig.PathOf("") });

        Assert.Equal(ErrorCode.ItemProtected, Assert.Single(_observer.Issues).Code);
        AssertUntouched();
    }

    [Fact]
    public async Task Its_backup_is_restored_elsewhere()
    {
        BlobId root = await BackUpAsync("home");
        await RestoreAsync(Order(root, "home", "x") with { Destination = _rig.PathOf("out") });

        Assert.Empty(_observer.Issues);
        Assert.Equal("secret", _rig.Run("cat out/x/agent/keys/1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("home")]
    public async Task Backup_has_the_folder_and_nothing_in_it_and_says_so(string path)
    {
        _rig.Run("echo 1 > home/before; echo 2 > home/zlast; mkdir home/agent2; echo 3 > home/agent2/kept");
        BlobId root = await BackUpAsync(_rig.Agent, path);

        ItemIssue issue = Assert.Single(_observer.Issues);
        Assert.Equal((ErrorCode.ItemLeftOut, _rig.PathOf("home/agent")[1..]), (issue.Code, issue.Path));
        Assert.Contains(_rig.PathOf("alias"), issue.Reason, StringComparison.Ordinal);

        await RestoreAsync(Order(root, "home", "x") with { Destination = _rig.PathOf("out") });
        Assert.Equal("agent agent2 agent2/kept before zlast", _rig.Run("cd out/x; find . -mindepth 1 -printf '%P\\n' | LC_ALL=C sort | tr '\\n' ' '").Trim());
    }

    [Theory]
    [InlineData("home/agent")]
    [InlineData("home/agent/keys")]
    [InlineData("home/agent/keys/1")]
    [InlineData("alias/keys")]
    [InlineData("door/inner/1")]
    public async Task Backup_of_it_alone_is_refused_and_among_others_it_is_missed(string path)
    {
        HandyBackupException refusal = await ItemRig.FailsAsync(ErrorCode.ItemProtected, () => BackUpAsync(_rig.Agent, path));
        BlobId root = await BackUpAsync(_rig.Agent, path, "other");

        Assert.Contains(_rig.PathOf("alias"), refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, _observer.Issues.Count);
        Assert.All(_observer.Issues, issue => Assert.Equal((ErrorCode.ItemProtected, _rig.PathOf(path)[1..]), (issue.Code, issue.Path)));
        await ItemRig.FailsAsync(ErrorCode.ItemNotFound, () => RestoreAsync(Order(root, path, "x") with { Destination = _rig.PathOf("out") }));
    }

    private void AssertUntouched()
    {
        Assert.Equal(Untouched, _rig.Everything);
        Assert.Equal("secret 755 644", _rig.Run("echo $(cat home/agent/keys/1) $(stat -c %a home/agent/keys home/agent/keys/1)"));
    }

    private RestoreOrder Order(BlobId root, string path, string target) => new()
    {
        RunId = Guid.Empty,
        Target = ItemRig.Files,
        RootTree = root,
        Selections = [new RestoreSelection(_rig.PathOf(path)[1..].TrimEnd('/'), target)],
    };

    private Task<RestoreOutcome> RestoreAsync(RestoreOrder order) => _rig.Agent.RestoreAsync(order, _blobs, _observer, ItemRig.Token);

    // By another agent, so that what is there can be told from what may be done.
    private Task<BlobId> BackUpAsync(string path) =>
        BackUpAsync(new AgentHost(new SourceRegistry([new FilesSourceFactory()]), "box", TimeProvider.System, NullLoggerFactory.Instance), path);

    private async Task<BlobId> BackUpAsync(AgentHost agent, params string[] paths)
    {
        BackupOutcome outcome = await agent.BackupAsync(
            new BackupOrder
            {
                RunId = Guid.Empty,
                Selection = new SourceSelection { Source = "Files", Paths = [.. paths.Select(_rig.PathOf)] },
                ChunkerKey = new byte[32],
                CompressionLevel = 1,
            },
            _blobs,
            _blobs,
            _observer,
            ItemRig.Token);
        return outcome.RootTree;
    }
}
