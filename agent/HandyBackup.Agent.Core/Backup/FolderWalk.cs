using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Walks the source depth first, in step with the previous snapshot, and makes a tree of each folder. The walk itself only lists and compares; files are
/// read, and finished folders saved, beside it. Keeps its own stack, so no depth of folders is too much. For one run.
/// </summary>
internal sealed class FolderWalk(
    ISourceSession session,
    BackupOrder order,
    PreviousTrees previousTrees,
    FileSaver files,
    BlobSaver blobs,
    MemoryBudget budget,
    RunScope scope,
    RunCounters counters,
    ItemIssues issues)
{
    private static readonly long s_itemCost = FileReadPlan.Smallest.Cost;

    private readonly Stack<FolderFrame> _path = new();

    /// <summary>Backs up everything that the session shows.</summary>
    /// <returns>The root tree.</returns>
    public async Task<BlobId> RunAsync()
    {
        try
        {
            await EnterAsync(null, order.PreviousTree is { } root ? new PreviousItem(null, previousTrees.OpenAsync(root, null, default)) : default);
            while (true)
            {
                FolderFrame frame = _path.Peek();
                if (await NextAsync(frame) is { } item)
                {
                    await VisitAsync(frame, item);
                }
                else if (frame.Folder is null)
                {
                    await frame.CompleteAsync();
                    return await blobs.SaveAsync(frame.Tree.Complete(), BlobType.Tree);
                }
                else
                {
                    await LeaveAsync(frame);
                }
            }
        }
        finally
        {
            while (_path.TryPop(out FolderFrame? frame))
            {
                await frame.DisposeAsync();
            }
        }
    }

    private async ValueTask EnterAsync(SourceItem? folder, PreviousItem previous)
    {
        PreviousFolder? content = previous.Subfolder is null ? null : await previous.Subfolder;
        TreeNode? node = previous.Node is { Type: NodeType.Folder } ? previous.Node : null;
        _path.Push(new FolderFrame(folder, node, content, session.ListAsync(folder, scope.Token).GetAsyncEnumerator(scope.Token)));
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
            await issues.ReportAsync(frame.Folder, exception);
            return null;
        }
    }

    private async ValueTask VisitAsync(FolderFrame frame, SourceItem item)
    {
        PreviousItem previous = frame.Content is null ? default : await frame.Content.FindAsync(item.Name);
        switch (item.Kind)
        {
            case SourceItemKind.Folder:
                await EnterAsync(item, previous);
                break;
            case SourceItemKind.File:
                await frame.AddAsync(await files.StartAsync(item, previous.Node));
                break;
            case SourceItemKind.Other:
                await issues.ReportAsync(item, ErrorCode.ItemUnsupported, "It is neither file, folder, link, device, pipe nor socket.");
                break;
            default:
                await frame.AddAsync(await StartSpecialAsync(item, previous.Node));
                break;
        }
    }

    // The listing has ended: its last items and its tree are finished beside the walk.
    private async ValueTask LeaveAsync(FolderFrame frame)
    {
        await frame.CloseListingAsync();
        await budget.AcquireAsync(s_itemCost, scope.Token);
        _path.Pop();
        await _path.Peek().AddAsync(new PendingNode(scope.Start(() => FinishAsync(frame))));
    }

    private async Task<TreeNode?> FinishAsync(FolderFrame frame)
    {
        try
        {
            await frame.CompleteAsync();
            SourceItem folder = frame.Folder!;
            if (frame.IsGone)
            {
                return null;
            }

            BlobId subtree = await blobs.SaveAsync(frame.Tree.Complete(), BlobType.Tree);
            TreeNode node = IsUnchanged(folder, frame.Previous)
                ? NodeFactory.TakeOver(folder, frame.Previous!, subtree)
                : NodeFactory.Create(folder, await GetFolderDetailsAsync(folder), subtree: subtree);
            counters.AddItem();
            return node;
        }
        finally
        {
            frame.Tree.Dispose();
            budget.Release(s_itemCost);
        }
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
