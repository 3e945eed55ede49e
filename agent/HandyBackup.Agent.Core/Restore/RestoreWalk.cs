using System.Runtime.CompilerServices;
using HandyBackup.Agent.Core.Trees;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// Walks the selected parts of a snapshot depth first and decides for each item what happens to it. Writes nothing: whoever enumerates it for a
/// plan writes nothing either, and whoever restores acts on each step before asking for the next. So both see the same decisions. To be run once.
/// </summary>
internal sealed class RestoreWalk(IRestoreTarget target, OverwritePolicy policy, SnapshotTrees trees)
{
    private readonly RestoreFolder _destination = RestoreFolder.ForDestination();
    private readonly LeadingFolders _leading = new();
    private readonly Dictionary<(ulong Inode, ulong DeviceId), HardLinks> _links = [];
    private readonly Stack<WalkFrame> _frames = new();

    /// <summary>All steps, in order. What is wrong with one item is a step, too.</summary>
    /// <exception cref="SourceException">The destination as a whole cannot be used.</exception>
    /// <exception cref="HandyBackupException">The repository as a whole cannot be read.</exception>
    public async IAsyncEnumerable<RestoreStep> RunAsync(IReadOnlyList<ResolvedPart> parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (ResolvedPart part in parts)
        {
            RestoreFolder place = _destination;
            foreach (LeadingName name in part.LeadingNames)
            {
                RestoreFolder? known = _leading.Find(place, name.Name);
                if (known is null)
                {
                    RestoreStep step = await DecideLeadingAsync(place, name, cancellationToken);
                    known = step.Folder;
                    if (step.Action != RestoreAction.Merge)
                    {
                        yield return step;
                    }
                }

                place = known;
                if (place.IsRefused)
                {
                    break;
                }
            }

            if (!place.IsRefused)
            {
                await foreach (RestoreStep step in WalkPartAsync(part, place, cancellationToken))
                {
                    yield return step;
                }
            }
        }

        foreach (RestoreFolder folder in _leading.CreatedDeepestFirst())
        {
            yield return new RestoreStep { IsEnd = true, Folder = folder };
        }
    }

    private static RestoreStep Refuse(RestoreFolder folder, SourceItem item, TreeNode? node, ErrorCode code, string? reason) =>
        new() { Folder = folder, Item = item, Node = node, Action = RestoreAction.Refuse, Code = code, Reason = reason };

    private async IAsyncEnumerable<RestoreStep> WalkPartAsync(ResolvedPart part, RestoreFolder place, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            if (part.Node is { } node)
            {
                (RestoreStep step, WalkFrame? frame) = await DecideAsync(node, part.Name, place, null, cancellationToken);
                yield return step;
                await DescendAsync(frame);
            }
            else
            {
                _frames.Push(new WalkFrame(place, part.Tree, await trees.LoadAsync(part.Tree, cancellationToken), ownsFolder: false, trees, cancellationToken));
            }

            while (_frames.TryPeek(out WalkFrame? frame))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (frame.TryReadNext(out TreeNode? next, out HandyBackupException? damage))
                {
                    (RestoreStep step, WalkFrame? below) = await DecideAsync(next, next.Name, frame.Folder, frame, cancellationToken);
                    yield return step;
                    await DescendAsync(below);
                    continue;
                }

                if (damage is not null)
                {
                    yield return Refuse(frame.Folder, frame.Folder.Item ?? EmptyItem(), null, damage.Code, $"The rest of the folder is left out: {damage.Message}");
                }

                await _frames.Pop().DisposeAsync();
                if (frame.OwnsFolder)
                {
                    yield return new RestoreStep { IsEnd = true, Folder = frame.Folder };
                }
            }
        }
        finally
        {
            while (_frames.TryPop(out WalkFrame? frame))
            {
                await frame.DisposeAsync();
            }
        }
    }

    // Stands for the destination itself in messages.
    private static SourceItem EmptyItem() => new() { Name = ReadOnlyMemory<byte>.Empty, Kind = SourceItemKind.Folder };

    // Whoever acts on the step may have refused the folder, because the target did not take it.
    private async ValueTask DescendAsync(WalkFrame? frame)
    {
        if (frame is { Folder.IsRefused: false })
        {
            _frames.Push(frame);
        }
        else if (frame is not null)
        {
            await frame.DisposeAsync();
        }
    }

    private async ValueTask<RestoreStep> DecideLeadingAsync(RestoreFolder parent, LeadingName name, CancellationToken cancellationToken)
    {
        SourceItem item = name.Node is { } node
            ? NodeItems.ToItem(node, name.Name, parent.Item)
            : new SourceItem { Name = name.Name, Kind = SourceItemKind.Folder, Size = 0, Parent = parent.Item };
        RestoreStep step = await DecideExistingAsync(item, name.Node, parent, cancellationToken);
        RestoreFolder folder = parent.Add(item, name.Node, isNew: step.Action is RestoreAction.Create or RestoreAction.Replace);
        folder.IsRefused = !step.IsWritten;
        _leading.Add(parent, name.Name, folder, isCreated: folder.IsNew);
        return step with { Folder = folder };
    }

    private async ValueTask<(RestoreStep Step, WalkFrame? Frame)> DecideAsync(
        TreeNode node, ReadOnlyMemory<byte> name, RestoreFolder place, WalkFrame? frame, CancellationToken cancellationToken)
    {
        SourceItem item = NodeItems.ToItem(node, name, place.Item);
        if (NodeFault.Find(node, name.Span, frame, _frames) is { } fault)
        {
            return (Refuse(place, item, node, fault.Code, fault.Reason), null);
        }

        RestoreStep step = await DecideExistingAsync(item, node, place, cancellationToken);
        if (!step.IsWritten || node.Type != NodeType.Folder)
        {
            return (step.IsWritten && node.Type == NodeType.File ? WithLinks(step, node) : step, null);
        }

        BlobId tree = node.Subtree!.Value;
        try
        {
            // Before the folder is created: one whose content is lost is not restored as an empty one.
            ReadOnlyMemory<byte> text = await (frame?.LoadAsync(tree) ?? trees.LoadAsync(tree, cancellationToken));
            RestoreFolder folder = place.Add(item, node, isNew: step.Action != RestoreAction.Merge);
            return (step with { Folder = folder }, new WalkFrame(folder, tree, text, ownsFolder: true, trees, cancellationToken));
        }
        catch (HandyBackupException exception) when (SnapshotTrees.IsAboutBlob(exception))
        {
            return (Refuse(place, item, node, exception.Code, exception.Message), null);
        }
    }

    private async ValueTask<RestoreStep> DecideExistingAsync(SourceItem item, TreeNode? node, RestoreFolder place, CancellationToken cancellationToken)
    {
        var step = new RestoreStep { Folder = place, Item = item, Node = node, Action = RestoreAction.Create };
        if (place.IsNew)
        {
            return step;
        }

        try
        {
            SourceItem? existing = await target.FindAsync(item, cancellationToken);
            if (existing is null)
            {
                return step;
            }

            RestoreAction action = OverwriteDecision.Decide(policy, item, existing, out string? reason);
            ErrorCode code = item.Kind == SourceItemKind.Folder ? ErrorCode.DestinationEscapes : ErrorCode.ItemNotRestored;
            bool isFileForFile = action == RestoreAction.Replace && item.Kind == SourceItemKind.File && existing.Kind == SourceItemKind.File;
            return step with { Action = action, Existing = isFileForFile ? existing : null, Code = code, Reason = reason };
        }
        catch (SourceException exception) when (RestoreIssues.IsAboutItem(exception))
        {
            return Refuse(place, item, node, Sources.SourceErrors.ToCode(exception.Error), exception.Message);
        }
    }

    private RestoreStep WithLinks(RestoreStep step, TreeNode node)
    {
        if (node.Links < 2 || node.Inode == 0)
        {
            return step;
        }

        (ulong, ulong) key = (node.Inode, node.DeviceId);
        if (!_links.TryGetValue(key, out HardLinks? links))
        {
            links = new HardLinks(node, step.Item!);
            _links.Add(key, links);
            return step with { Links = links };
        }

        if (!links.HasContentOf(node))
        {
            return step;
        }

        if (links.Meet(node))
        {
            _links.Remove(key);
        }

        return step with { Links = links, IsFurtherLink = true, Reason = $"Becomes a hard link of '{ItemName.ToText(links.First.GetPath())}'." };
    }
}
