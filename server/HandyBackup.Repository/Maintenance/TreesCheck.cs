using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Walks every tree of every snapshot, each once, and checks that what it needs can be read.</summary>
internal sealed class TreesCheck(BlobIndex index, EntryFlags unusable, BlobReader reader, CheckReport report, TreeTimes? times = null)
{
    private readonly EntryFlags _visited = new(index.Count);

    /// <summary>Walks one snapshot. Trees that another one had too are not walked again.</summary>
    /// <returns>Since when all that it needs was read back, if times are kept and all of it ever was; otherwise null.</returns>
    public async Task<DateTimeOffset?> RunAsync(SnapshotEntry snapshot, CancellationToken cancellationToken)
    {
        var root = new TreePath(snapshot.Id, null, default, snapshot.Snapshot!.Tree);
        Stack<TreeVisit> pending = [];
        if (FindFault(new BlobKey(root.Tree, BlobType.Tree), out int rootEntry) is { } fault)
        {
            await report.AddDamageAsync(
                fault, root.ToString(), $"The root of snapshot {snapshot.Id} needs tree {root.Tree}, which {Describe(fault)}.", CanHeal(new BlobKey(root.Tree, BlobType.Tree)), cancellationToken);
        }
        else
        {
            Push(pending, new TreeVisit(root, rootEntry, null));
        }

        // Waves of trees from the top of the stack: all processors have work, and the stack stays as deep as a walk of depth first needs it.
        TreeVisit[] wave = new TreeVisit[Environment.ProcessorCount * 8];
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
                List<TreeVisit> folders = await CheckTreeAsync(wave[i], token);
                lock (pending)
                {
                    folders.ForEach(folder => Push(pending, folder));
                    times?.End(wave[i]);
                }
            });
        }

        report.CountItem($"snapshots/{snapshot.Id}");
        return rootEntry < 0 ? null : times?.GetTime(rootEntry);
    }

    private static string Describe(ErrorCode fault) => fault == ErrorCode.BlobMissing ? "is in no index" : "is damaged or lies in a pack that is";

    private void Push(Stack<TreeVisit> pending, TreeVisit folder)
    {
        if (_visited.TrySet(folder.Entry))
        {
            times?.Begin(folder);
            pending.Push(folder);
        }
        else if (folder.Parent is not null)
        {
            times?.Share(folder.Parent, folder.Entry);
        }
    }

    private async Task<List<TreeVisit>> CheckTreeAsync(TreeVisit visit, CancellationToken cancellationToken)
    {
        TreePath folder = visit.Path;
        List<TreeVisit> folders = [];
        try
        {
            times?.Note(visit, visit.Entry);
            byte[] json = await reader.ReadAsync(folder.Tree, BlobType.Tree, cancellationToken);
            report.CountBytes(json.Length);
            foreach (TreeNode node in TreeReader.Read(json))
            {
                await CheckNodeAsync(visit, node, folders, cancellationToken);
            }
        }
        catch (HandyBackupException e) when (e.Code is ErrorCode.TreeDamaged or ErrorCode.BlobDamaged or ErrorCode.PackMissing)
        {
            visit.Oldest = 0;
            await report.AddDamageAsync(
                e.Code, folder.ToString(), $"Tree {folder.Tree} of folder '{folder}' cannot be read: {e.Message}", CanHeal(new BlobKey(folder.Tree, BlobType.Tree)), cancellationToken);
        }

        return folders;
    }

    private async ValueTask CheckNodeAsync(TreeVisit visit, TreeNode node, List<TreeVisit> folders, CancellationToken cancellationToken)
    {
        if (node.Name.IsEmpty)
        {
            await AddTreeDamageAsync(visit.Path, node, "an item has no name", cancellationToken);
        }

        if (node.Type == NodeType.Folder)
        {
            await CheckFolderAsync(visit, node, folders, cancellationToken);
        }
        else if (node.Type == NodeType.File)
        {
            await CheckContentAsync(visit, node, cancellationToken);
        }
    }

    private async ValueTask CheckFolderAsync(TreeVisit visit, TreeNode node, List<TreeVisit> folders, CancellationToken cancellationToken)
    {
        TreePath folder = visit.Path;
        if (node.Subtree is not { } tree)
        {
            visit.Oldest = 0;
            await AddTreeDamageAsync(folder, node, "a folder has no tree", cancellationToken);
        }
        else if (FindFault(new BlobKey(tree, BlobType.Tree), out int entry) is { } fault)
        {
            visit.Oldest = 0;
            string path = folder.Of(node.Name.Span);
            await report.AddDamageAsync(fault, path, $"Folder '{path}' needs tree {tree}, which {Describe(fault)}.", CanHeal(new BlobKey(tree, BlobType.Tree)), cancellationToken);
        }
        else
        {
            folders.Add(new TreeVisit(new TreePath(folder.Snapshot, folder, node.Name, tree), entry, visit));
        }
    }

    private async ValueTask CheckContentAsync(TreeVisit visit, TreeNode node, CancellationToken cancellationToken)
    {
        TreePath folder = visit.Path;
        if (node.Content is not { } content)
        {
            visit.Oldest = 0;
            await AddTreeDamageAsync(folder, node, "a file has no list of content", cancellationToken);
            return;
        }

        int faultCount = 0;
        bool canHeal = true;
        (BlobId Id, ErrorCode Fault) first = default;
        for (int i = 0; i < content.Count; i++)
        {
            if (FindFault(new BlobKey(content[i], BlobType.Data), out int entry) is { } fault)
            {
                first = faultCount++ == 0 ? (content[i], fault) : first;
                canHeal &= CanHeal(new BlobKey(content[i], BlobType.Data));
            }
            else
            {
                times?.Note(visit, entry);
            }
        }

        if (faultCount > 0)
        {
            visit.Oldest = 0;
            string path = folder.Of(node.Name.Span);
            string others = faultCount > 1 ? $" {faultCount - 1} more of its {content.Count} blobs cannot be read either." : "";
            await report.AddDamageAsync(first.Fault, path, $"File '{path}' needs data blob {first.Id}, which {Describe(first.Fault)}.{others}", canHeal, cancellationToken);
        }
    }

    private ErrorCode? FindFault(BlobKey key, out int entry)
    {
        if (!index.TryFind(key, out entry))
        {
            return ErrorCode.BlobMissing;
        }

        if (!unusable.IsSet(entry))
        {
            return null;
        }

        List<int> places = index.FindAll(key);
        int sound = places.FindIndex(other => !unusable.IsSet(other));
        entry = sound < 0 ? -1 : places[sound];
        return sound < 0 ? ErrorCode.BlobDamaged : null;
    }

    private ValueTask AddTreeDamageAsync(TreePath folder, TreeNode node, string what, CancellationToken cancellationToken)
    {
        string path = folder.Of(node.Name.Span);
        return report.AddDamageAsync(ErrorCode.TreeDamaged, path, $"In tree {folder.Tree} {what}: '{path}'.", canHeal: false, cancellationToken);
    }

    private bool CanHeal(BlobKey key) => index.FindAll(key).Exists(entry => report.IsHealable(index.GetPlace(entry).Pack));
}
