using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Walks every tree of every snapshot, each once, and checks that what it needs can be read.</summary>
internal sealed class TreesCheck(BlobIndex index, EntryFlags unusable, BlobReader reader, CheckReport report)
{
    private readonly EntryFlags _visited = new(index.Count);

    /// <summary>Walks one snapshot. Trees that another one had too are not walked again.</summary>
    public async Task RunAsync(SnapshotEntry snapshot, CancellationToken cancellationToken)
    {
        var root = new TreePath(snapshot.Id, null, default, snapshot.Snapshot!.Tree);
        Stack<TreePath> pending = [];
        if (FindFault(new BlobKey(root.Tree, BlobType.Tree)) is { } fault)
        {
            await report.AddDamageAsync(
                fault, root.ToString(), $"The root of snapshot {snapshot.Id} needs tree {root.Tree}, which {Describe(fault)}.", CanHeal(new BlobKey(root.Tree, BlobType.Tree)), cancellationToken);
        }
        else
        {
            Push(pending, root);
        }

        // Waves of trees from the top of the stack: all processors have work, and the stack stays as deep as a walk of depth first needs it.
        TreePath[] wave = new TreePath[Environment.ProcessorCount * 8];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        while (pending.Count > 0)
        {
            int count = Math.Min(wave.Length, pending.Count);
            for (int i = 0; i < count; i++)
            {
                wave[i] = pending.Pop();
            }

            await Parallel.ForAsync(0, count, options, async (i, token) =>
            {
                List<TreePath> folders = await CheckTreeAsync(wave[i], token);
                lock (pending)
                {
                    folders.ForEach(folder => Push(pending, folder));
                }
            });
        }

        report.CountItem($"snapshots/{snapshot.Id}");
    }

    private static string Describe(ErrorCode fault) => fault == ErrorCode.BlobMissing ? "is in no index" : "is damaged or lies in a pack that is";

    private void Push(Stack<TreePath> pending, TreePath folder)
    {
        if (index.TryFind(new BlobKey(folder.Tree, BlobType.Tree), out int entry) && _visited.TrySet(entry))
        {
            pending.Push(folder);
        }
    }

    private async Task<List<TreePath>> CheckTreeAsync(TreePath folder, CancellationToken cancellationToken)
    {
        List<TreePath> folders = [];
        try
        {
            byte[] json = await reader.ReadAsync(folder.Tree, BlobType.Tree, cancellationToken);
            report.CountBytes(json.Length);
            foreach (TreeNode node in TreeReader.Read(json))
            {
                await CheckNodeAsync(folder, node, folders, cancellationToken);
            }
        }
        catch (HandyBackupException e) when (e.Code is ErrorCode.TreeDamaged or ErrorCode.BlobDamaged or ErrorCode.PackMissing)
        {
            await report.AddDamageAsync(
                e.Code, folder.ToString(), $"Tree {folder.Tree} of folder '{folder}' cannot be read: {e.Message}", CanHeal(new BlobKey(folder.Tree, BlobType.Tree)), cancellationToken);
        }

        return folders;
    }

    private async ValueTask CheckNodeAsync(TreePath folder, TreeNode node, List<TreePath> folders, CancellationToken cancellationToken)
    {
        if (node.Name.IsEmpty)
        {
            await AddTreeDamageAsync(folder, node, "an item has no name", cancellationToken);
        }

        if (node.Type == NodeType.Folder)
        {
            await CheckFolderAsync(folder, node, folders, cancellationToken);
        }
        else if (node.Type == NodeType.File)
        {
            await CheckContentAsync(folder, node, cancellationToken);
        }
    }

    private async ValueTask CheckFolderAsync(TreePath folder, TreeNode node, List<TreePath> folders, CancellationToken cancellationToken)
    {
        if (node.Subtree is not { } tree)
        {
            await AddTreeDamageAsync(folder, node, "a folder has no tree", cancellationToken);
        }
        else if (FindFault(new BlobKey(tree, BlobType.Tree)) is { } fault)
        {
            string path = folder.Of(node.Name.Span);
            await report.AddDamageAsync(fault, path, $"Folder '{path}' needs tree {tree}, which {Describe(fault)}.", CanHeal(new BlobKey(tree, BlobType.Tree)), cancellationToken);
        }
        else
        {
            folders.Add(new TreePath(folder.Snapshot, folder, node.Name, tree));
        }
    }

    private async ValueTask CheckContentAsync(TreePath folder, TreeNode node, CancellationToken cancellationToken)
    {
        if (node.Content is not { } content)
        {
            await AddTreeDamageAsync(folder, node, "a file has no list of content", cancellationToken);
            return;
        }

        int faultCount = 0;
        bool canHeal = true;
        (BlobId Id, ErrorCode Fault) first = default;
        for (int i = 0; i < content.Count; i++)
        {
            if (FindFault(new BlobKey(content[i], BlobType.Data)) is { } fault)
            {
                first = faultCount++ == 0 ? (content[i], fault) : first;
                canHeal &= CanHeal(new BlobKey(content[i], BlobType.Data));
            }
        }

        if (faultCount > 0)
        {
            string path = folder.Of(node.Name.Span);
            string others = faultCount > 1 ? $" {faultCount - 1} more of its {content.Count} blobs cannot be read either." : "";
            await report.AddDamageAsync(first.Fault, path, $"File '{path}' needs data blob {first.Id}, which {Describe(first.Fault)}.{others}", canHeal, cancellationToken);
        }
    }

    private ErrorCode? FindFault(BlobKey key)
    {
        if (!index.TryFind(key, out int entry))
        {
            return ErrorCode.BlobMissing;
        }

        return !unusable.IsSet(entry) || index.FindAll(key).Exists(other => !unusable.IsSet(other)) ? null : ErrorCode.BlobDamaged;
    }

    private ValueTask AddTreeDamageAsync(TreePath folder, TreeNode node, string what, CancellationToken cancellationToken)
    {
        string path = folder.Of(node.Name.Span);
        return report.AddDamageAsync(ErrorCode.TreeDamaged, path, $"In tree {folder.Tree} {what}: '{path}'.", canHeal: false, cancellationToken);
    }

    private bool CanHeal(BlobKey key) => index.FindAll(key).Exists(entry => report.IsHealable(index.GetPlace(entry).Pack));
}
