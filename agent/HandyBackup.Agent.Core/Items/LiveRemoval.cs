using System.Runtime.CompilerServices;
using HandyBackup.Agent.Core.Browse;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Items;

/// <summary>Removes items of an opened source: folders after their content, links themselves. What cannot be removed is told, and the rest goes on.</summary>
internal sealed class LiveRemoval(IRemovingSession session, string agent)
{
    /// <summary>Removes an item, and says of each that is met what became of it. Beyond the folders on the way nothing is held.</summary>
    /// <exception cref="HandyBackupException">What was named is not there or must stay. Nothing was removed.</exception>
    /// <exception cref="SourceException">It alone was to be removed, and could not be.</exception>
    public async IAsyncEnumerable<ItemRemoval> RemoveAsync(RemovalOrder order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SourceItem? top = await LiveItem.FindAsync(session, order.Path, agent, cancellationToken);
        if (top is null || session.GetProtection(top) is not null)
        {
            throw new HandyBackupException(ErrorCode.ItemProtected, $"'{order.Path}' must stay. {(top is null ? "It is the top of everything." : session.GetProtection(top))}")
            {
                Target = order.Path,
                Advice = "Name what is to be removed itself.",
            };
        }

        if (top.Kind != SourceItemKind.Folder || !order.Recurse)
        {
            await session.RemoveAsync(top, cancellationToken);
            yield return Describe(top, null);
            yield break;
        }

        await foreach (ItemRemoval removal in RemoveFolderAsync(top, cancellationToken))
        {
            yield return removal;
        }
    }

    private static ItemRemoval Describe(SourceItem item, SourceException? failure)
    {
        string path = ItemName.ToText(item.GetPath());
        return new ItemRemoval
        {
            Path = path,
            Kind = LiveItem.KindOf(item.Kind),
            Size = item.Kind == SourceItemKind.File ? item.Size ?? 0 : 0,
            Failure = failure is null ? null : SourceErrors.ToException(failure, path).ToErrorInfo(),
        };
    }

    private async IAsyncEnumerable<ItemRemoval> RemoveFolderAsync(SourceItem top, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new Stack<OpenFolder>();
        try
        {
            open.Push(Open(top, cancellationToken));
            while (open.TryPeek(out OpenFolder? folder))
            {
                SourceException? unreadable = await folder.TryMoveNextAsync();
                if (unreadable is null && folder.Next is { } item)
                {
                    // Looked at before it is entered, so that nothing in it is touched.
                    if (item.Kind == SourceItemKind.Folder && session.GetProtection(item) is null)
                    {
                        open.Push(Open(item, cancellationToken));
                        continue;
                    }

                    yield return Note(await TryRemoveAsync(item, cancellationToken), folder);
                    continue;
                }

                await open.Pop().Items.DisposeAsync();
                OpenFolder? above = open.TryPeek(out OpenFolder? next) ? next : null;
                if (unreadable is not null)
                {
                    yield return Note(Describe(folder.Folder, unreadable), above);
                }
                else if (!folder.HoldsMore)
                {
                    yield return Note(await TryRemoveAsync(folder.Folder, cancellationToken), above);
                }
                else if (above is not null)
                {
                    // Why it stays was told of what stays in it.
                    above.HoldsMore = true;
                }
            }
        }
        finally
        {
            while (open.TryPop(out OpenFolder? folder))
            {
                await folder.Items.DisposeAsync();
            }
        }
    }

    private OpenFolder Open(SourceItem folder, CancellationToken cancellationToken) =>
        new(folder, session.ListAsync(folder, cancellationToken).GetAsyncEnumerator(cancellationToken));

    private static ItemRemoval Note(ItemRemoval removal, OpenFolder? folder)
    {
        if (removal.Failure is not null && folder is not null)
        {
            folder.HoldsMore = true;
        }

        return removal;
    }

    private async ValueTask<ItemRemoval> TryRemoveAsync(SourceItem item, CancellationToken cancellationToken)
    {
        try
        {
            await session.RemoveAsync(item, cancellationToken);
            return Describe(item, null);
        }
        catch (SourceException exception) when (exception.Error != SourceError.Unavailable)
        {
            return Describe(item, exception);
        }
    }

    private sealed class OpenFolder(SourceItem folder, IAsyncEnumerator<SourceItem> items)
    {
        public SourceItem Folder { get; } = folder;

        public IAsyncEnumerator<SourceItem> Items { get; } = items;

        /// <summary>The item that the listing stands at; null at its end.</summary>
        public SourceItem? Next { get; private set; }

        /// <summary>Something in it could not be removed.</summary>
        public bool HoldsMore { get; set; }

        public async ValueTask<SourceException?> TryMoveNextAsync()
        {
            try
            {
                Next = await Items.MoveNextAsync() ? Items.Current : null;
                return null;
            }
            catch (SourceException exception) when (exception.Error != SourceError.Unavailable)
            {
                return exception;
            }
        }
    }
}
