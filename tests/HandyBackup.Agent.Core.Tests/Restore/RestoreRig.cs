using HandyBackup.Agent.Core.Restore;
using HandyBackup.Agent.Core.Tests.Backup;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Restore;

/// <summary>A snapshot in memory, and a destination to restore it into.</summary>
internal sealed class RestoreRig
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(30);
    private readonly BackupRig _backup = new();

    public RestoreRig()
    {
        Destination = new MemorySource(Restored) { ConfigureTarget = target => Configure?.Invoke(target) };
        Order = new RestoreOrder
        {
            RunId = Guid.Empty,
            Target = new SourceSelection { Source = "Memory" },
            RootTree = default,
            Selections = [new RestoreSelection("", "")],
            Destination = "out",
        };
    }

    /// <summary>What is backed up.</summary>
    public MemoryTree Tree => _backup.Tree;

    public MemoryBlobs Blobs => _backup.Blobs;

    /// <summary>What the destination lies in, below <c>out</c>.</summary>
    public MemoryTree Restored { get; } = new();

    public MemorySource Destination { get; }

    public RestoreOrder Order { get; set; }

    public Action<MemoryTarget>? Configure { get; set; }

    public RecordingObserver Observer { get; } = new();

    public MemoryTarget Target => Destination.LastTarget!;

    /// <summary>Makes the snapshot that is restored.</summary>
    public async Task BackUpAsync()
    {
        await _backup.RunAsync();
        Use(_backup.Last!.RootTree);
    }

    /// <summary>Restores this tree from now on.</summary>
    public void Use(BlobId root) => Order = Order with { RootTree = root };

    /// <summary>Puts a tree into the repository, with the nodes in the given order, however wrong that is.</summary>
    public BlobId AddTree(params TreeNode[] nodes)
    {
        using var builder = new TreeBuilder();
        var texts = new List<string>();
        foreach (TreeNode node in nodes)
        {
            builder.Reset();
            builder.Add(node.Name.IsEmpty ? WithName(node, "x") : node);
            string text = System.Text.Encoding.UTF8.GetString(builder.Complete().Span);
            string json = text["{\"nodes\":[".Length..^"]}\n".Length];
            texts.Add(node.Name.IsEmpty ? json.Replace("\"name\":\"x\"", "\"name\":\"\"", StringComparison.Ordinal) : json);
        }

        return Blobs.Add(System.Text.Encoding.UTF8.GetBytes("{\"nodes\":[" + string.Join(',', texts) + "]}\n"), BlobType.Tree);
    }

    public TreeNode File(string name, string content)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(content);
        return new TreeNode
        {
            Name = ItemName.ToBytes(name),
            Type = NodeType.File,
            Mode = 0x1A4,
            Size = (ulong)bytes.Length,
            Content = bytes.Length == 0 ? [] : [Blobs.Add(bytes, BlobType.Data)],
        };
    }

    public static TreeNode Folder(string name, BlobId? tree) =>
        new() { Name = ItemName.ToBytes(name), Type = NodeType.Folder, Mode = GoFileMode.From(NodeType.Folder, 0x1ED), Subtree = tree };

    public Task<RestoreOutcome> RestoreAsync() => RestoreUntilAsync(TestContext.Current.CancellationToken);

    public async Task<RestoreOutcome> RestoreUntilAsync(CancellationToken cancellationToken)
    {
        await using IRestoreTarget target = await Destination.OpenTargetAsync(Order.Destination, [], cancellationToken);
        return await new RestoreJob(target, Order, Blobs, TimeProvider.System).RunAsync(Observer, cancellationToken).WaitAsync(s_timeLimit, CancellationToken.None);
    }

    public async Task<List<RestorePlanItem>> PlanAsync()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IRestoreTarget target = await Destination.OpenTargetAsync(Order.Destination, [], cancellationToken);
        return await new RestoreJob(target, Order, Blobs, TimeProvider.System).PlanAsync(cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>Asserts that the destination holds what was backed up, and nothing is left of the restore.</summary>
    public void AssertRestored(string from = "", string to = "out")
    {
        Assert.Equal(Tree.Describe(from), Restored.Describe(to));
        AssertNothingLeft();
    }

    public void AssertNothingLeft()
    {
        Assert.Equal(0, Target.OpenFiles);
        Assert.Equal(0, Target.UnfinishedFolders);
    }

    public void AssertIssues(params (string Path, ErrorCode Code)[] expected) =>
        Assert.Equal(expected.Order(), Observer.Issues.Select(issue => (issue.Path, issue.Code)).Order());

    private static TreeNode WithName(TreeNode node, string name) =>
        new() { Name = ItemName.ToBytes(name), Type = node.Type, Content = node.Content, Size = node.Size, Subtree = node.Subtree };
}
