using HandyBackup.Agent.Core.State;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Walks the source depth first, in step with the agent's state and with the previous snapshot, and makes a tree of each folder that is not what it was.
/// The walk itself only lists and compares; files are read, and finished folders saved, beside it. Keeps its own stack, so no depth of folders is too
/// much. For one run.
/// </summary>
internal sealed class FolderWalk(
    ISourceSession session,
    BackupOrder order,
    PreviousTrees previousTrees,
    FileSaver files,
    BlobSaver blobs,
    AgentState? state,
    MemoryBudget budget,
    RunScope scope,
    RunCounters counters,
    ItemIssues issues)
{
    // So many trees are asked for in one call: 32 KiB on the wire.
    private const int MostSubtreesAsked = 1024;

    private static readonly long s_itemCost = FileReadPlan.Smallest.Cost;

    private readonly List<FolderFrame> _path = [];
    private readonly List<BlobId> _asked = [];

    /// <summary>Where the agent's state has the top folder when the walk has ended; null if nowhere.</summary>
    public StateChild? SavedRoot { get; private set; }

    /// <summary>Backs up everything that the session shows.</summary>
    /// <returns>The root tree.</returns>
    public async Task<BlobId> RunAsync()
    {
        try
        {
            await EnterTopAsync();
            while (true)
            {
                FolderFrame frame = _path[^1];
                if (await NextAsync(frame) is { } item)
                {
                    await VisitAsync(frame, item);
                    continue;
                }

                if (frame.IsFollowing && frame.Known!.Passed < frame.Known.Count)
                {
                    // The last items are gone.
                    await StopFollowingAsync();
                }

                if (frame.Folder is null)
                {
                    return await EndAsync(frame);
                }

                await LeaveAsync(frame);
            }
        }
        finally
        {
            foreach (FolderFrame frame in _path)
            {
                await frame.DisposeAsync();
            }
        }
    }

    private async ValueTask EnterTopAsync()
    {
        StateFolder? known = state?.Root is { } root && !await blobs.IsAnyTreeMissingAsync([root.Subtree]) ? state.Open(root) : null;
        Task<PreviousFolder?>? content = known is null && order.PreviousTree is { } tree ? previousTrees.OpenAsync(tree, null, default) : null;
        await EnterAsync(null, known, new PreviousItem(null, content));
    }

    private async ValueTask<BlobId> EndAsync(FolderFrame top)
    {
        await top.CompleteAsync();
        BlobId root = await SaveTreeAsync(top);
        SavedRoot = top.Saved;
        return root;
    }

    private async ValueTask EnterAsync(SourceItem? folder, StateFolder? known, PreviousItem previous)
    {
        PreviousFolder? content = previous.Subfolder is null ? null : await previous.Subfolder;
        TreeNode? node = previous.Node is { Type: NodeType.Folder } ? previous.Node : null;
        IAsyncEnumerator<SourceItem> listing = session.ListAsync(folder, scope.Token).GetAsyncEnumerator(scope.Token);
        _path.Add(new FolderFrame(folder, known, listing, state) { Previous = node, Content = content });
    }

    // Null at the end of the folder, or where its listing fails: what was listed until then is kept. Without the top there is no backup.
    private async ValueTask<SourceItem?> NextAsync(FolderFrame frame)
    {
        try
        {
            if (!await frame.Listing.MoveNextAsync())
            {
                return null;
            }

            frame.HasItems = true;
            return frame.Listing.Current;
        }
        catch (SourceException exception) when (frame.Folder is not null && ItemIssues.IsAboutItem(exception))
        {
            frame.IsGone = exception.Error == SourceError.Vanished && !frame.HasItems;
            frame.IsIncomplete = true;
            await issues.ReportAsync(frame.Folder, exception);
        }

        if (frame.IsFollowing)
        {
            await StopFollowingAsync();
        }

        return null;
    }

    private async ValueTask VisitAsync(FolderFrame frame, SourceItem item)
    {
        if (frame.IsFollowing)
        {
            if (await TryPassAsync(frame, item))
            {
                return;
            }

            await StopFollowingAsync();
        }

        PreviousItem previous = frame.Content is null ? default : await frame.Content.FindAsync(item.Name);
        if (item.Kind != SourceItemKind.Folder)
        {
            await AddAsync(frame, item, previous.Node);
            return;
        }

        StateFolder? known = frame.Known is { } above && above.GoTo(item.Name.Span) ? await OpenKnownAsync(frame) : null;
        if (known is null && previous is { Node.Subtree: { } subtree, Subfolder: null })
        {
            previous = previous with { Subfolder = previousTrees.OpenAsync(subtree, frame.Content, item.Name) };
        }

        await EnterAsync(item, known, previous);
    }

    // Takes an item that is as the agent's state says; a folder is entered to find that out.
    private async ValueTask<bool> TryPassAsync(FolderFrame frame, SourceItem item)
    {
        StateFolder known = frame.Known!;
        if (!known.IsNext(item.Name.Span, state!.Key.Of(item)))
        {
            return false;
        }

        switch (item.Kind)
        {
            case SourceItemKind.Folder when await OpenKnownAsync(frame) is { } subfolder:
                await EnterAsync(item, subfolder, default);
                return true;
            case SourceItemKind.Folder:
                return false;
            case SourceItemKind.File:
                counters.Begin(item);
                counters.AddFile(FileChange.Unchanged, item.Size!.Value);
                break;
            default:
                counters.AddItem();
                break;
        }

        known.Pass();
        return true;
    }

    // Null if the agent's state does not know the content of the next item, or the repository lost its tree.
    private async ValueTask<StateFolder?> OpenKnownAsync(FolderFrame frame)
    {
        StateFolder known = frame.Known!;
        if (known.NextChild() is not { } child)
        {
            return null;
        }

        if (known.Position >= known.CollectedUntil)
        {
            _asked.Clear();
            known.CollectSubtrees(_asked, MostSubtreesAsked);
            frame.IsAnySubtreeMissing = await blobs.IsAnyTreeMissingAsync(_asked);
        }

        return frame.IsAnySubtreeMissing && await blobs.IsAnyTreeMissingAsync([child.Subtree]) ? null : state!.Open(child);
    }

    // What differs in a folder makes the folders above it differ, too. Those that are as the state says are the last ones of the path.
    private async ValueTask StopFollowingAsync()
    {
        int first = _path.Count;
        while (first > 0 && _path[first - 1].IsFollowing)
        {
            first--;
        }

        for (int i = first; i < _path.Count; i++)
        {
            await StopFollowingAsync(_path[i], i > 0 ? _path[i - 1] : null);
        }
    }

    private async ValueTask StopFollowingAsync(FolderFrame frame, FolderFrame? above)
    {
        frame.StopFollowing();
        ReadOnlyMemory<byte> name = frame.Folder?.Name ?? default;
        if (frame.Previous is null && above?.Content is { } content)
        {
            frame.Previous = (await content.FindAsync(name)).Node;
        }

        frame.Content = await previousTrees.OpenAsync(frame.Known!.Place.Subtree, above?.Content, name, fetchAhead: false);
        if (!await frame.TryCopyPassedAsync())
        {
            frame.Content = null;
            await RepeatAsync(frame);
        }
    }

    // The previous tree cannot be read any more, so the items that were passed are read as if they were new. Those that appeared or vanished since are left
    // to the next run.
    private async ValueTask RepeatAsync(FolderFrame frame)
    {
        StateFolder passed = frame.Known!.OnlyPassed();
        await using IAsyncEnumerator<SourceItem> listing = session.ListAsync(frame.Folder, scope.Token).GetAsyncEnumerator(scope.Token);
        try
        {
            while (passed.Position < passed.Entries.Length && await listing.MoveNextAsync())
            {
                SourceItem item = listing.Current;
                if (!passed.GoTo(item.Name.Span))
                {
                    continue;
                }

                counters.AddRepeated(item);
                if (item.Kind != SourceItemKind.Folder)
                {
                    await AddAsync(frame, item, null);
                }
                else if (passed.NextChild() is { } child)
                {
                    await budget.AcquireAsync(s_itemCost, scope.Token);
                    await frame.AddAsync(new PendingNode(scope.StartHere(() => RepeatFolderAsync(item, child.Subtree))));
                }
            }
        }
        catch (SourceException exception) when (frame.Folder is not null && ItemIssues.IsAboutItem(exception))
        {
            frame.IsIncomplete = true;
            await issues.ReportAsync(frame.Folder, exception);
        }
    }

    private async ValueTask AddAsync(FolderFrame frame, SourceItem item, TreeNode? previous)
    {
        switch (item.Kind)
        {
            case SourceItemKind.File:
                await frame.AddAsync(await files.StartAsync(item, previous));
                break;
            case SourceItemKind.Other:
                await issues.ReportAsync(item, ErrorCode.ItemUnsupported, "It is neither file, folder, link, device, pipe nor socket.");
                break;
            default:
                await frame.AddAsync(await StartSpecialAsync(item, previous));
                break;
        }
    }

    // The listing has ended: the folder's last items and its tree are finished beside the walk.
    private async ValueTask LeaveAsync(FolderFrame frame)
    {
        await frame.CloseListingAsync();
        FolderFrame above = _path[^2];
        if (above.IsFollowing)
        {
            // Then the folder is as it was, too.
            _path.RemoveAt(_path.Count - 1);
            above.Known!.Pass();
            counters.AddItem();
            return;
        }

        await budget.AcquireAsync(s_itemCost, scope.Token);
        _path.RemoveAt(_path.Count - 1);
        await above.AddAsync(new PendingNode(scope.Start(() => FinishAsync(frame)), frame));
    }

    private async Task<TreeNode?> FinishAsync(FolderFrame frame)
    {
        try
        {
            await frame.CompleteAsync();
            return frame.IsGone ? null : await MakeFolderAsync(frame.Folder!, frame.Previous, await SaveTreeAsync(frame));
        }
        finally
        {
            frame.Release();
            budget.Release(s_itemCost);
        }
    }

    private async Task<TreeNode?> RepeatFolderAsync(SourceItem folder, BlobId subtree)
    {
        try
        {
            return await MakeFolderAsync(folder, null, subtree);
        }
        finally
        {
            budget.Release(s_itemCost);
        }
    }

    // To be called when all items are in the tree.
    private async ValueTask<BlobId> SaveTreeAsync(FolderFrame frame)
    {
        StateChild? unchanged = frame.IsFollowing ? frame.Known!.Place : null;
        BlobId tree = unchanged?.Subtree ?? await blobs.SaveAsync(frame.Tree.Complete(), BlobType.Tree);
        frame.Save(unchanged, tree);
        return tree;
    }

    private async ValueTask<TreeNode> MakeFolderAsync(SourceItem folder, TreeNode? previous, BlobId subtree)
    {
        TreeNode node = IsUnchanged(folder, previous)
            ? NodeFactory.TakeOver(folder, previous!, subtree)
            : NodeFactory.Create(folder, await GetFolderDetailsAsync(folder), subtree: subtree);
        counters.AddItem();
        return node;
    }

    // What is in the folder matters more than who may use it: it is kept without its details.
    private async ValueTask<SourceItemDetails> GetFolderDetailsAsync(SourceItem folder)
    {
        try
        {
            return await session.GetDetailsAsync(folder, scope.Token);
        }
        catch (SourceException exception) when (ItemIssues.IsAboutItem(exception))
        {
            await issues.ReportAsync(folder, exception);
            return SourceItemDetails.None;
        }
    }

    private async ValueTask<PendingNode> StartSpecialAsync(SourceItem item, TreeNode? previous)
    {
        if (IsUnchanged(item, previous))
        {
            counters.AddItem();
            return new PendingNode(NodeFactory.TakeOver(item, previous!));
        }

        await budget.AcquireAsync(s_itemCost, scope.Token);
        return new PendingNode(scope.StartHere(() => MakeSpecialAsync(item)));
    }

    private async Task<TreeNode?> MakeSpecialAsync(SourceItem item)
    {
        try
        {
            TreeNode node = NodeFactory.Create(item, await session.GetDetailsAsync(item, scope.Token));
            counters.AddItem();
            return node;
        }
        catch (SourceException exception) when (ItemIssues.IsAboutItem(exception))
        {
            await issues.ReportAsync(item, exception);
            return null;
        }
        finally
        {
            budget.Release(s_itemCost);
        }
    }

    private bool IsUnchanged(SourceItem item, TreeNode? previous) =>
        previous is not null && !order.Full && NodeFactory.IsUnchanged(item, previous);
}
