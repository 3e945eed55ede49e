using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Browse;

/// <summary>Shows an opened source's items. Streams: only the way down to the current folder is held.</summary>
internal sealed class LiveItems(ISourceSession session, string agent, string source, Action<SourceItem, SourceException> onUnreadable)
{
    /// <summary>Lists a folder's content, or shows one file.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>.</exception>
    /// <exception cref="SourceException">The folder itself cannot be listed.</exception>
    public async IAsyncEnumerable<Item> ListAsync(LiveItemQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        WildcardPattern? filter = query.Filter is null ? null : new WildcardPattern(query.Filter, ignoreCase: true);
        SourceItem? top = await LiveItem.FindAsync(session, query.Path, agent, cancellationToken);
        if (top is not null && top.Kind != SourceItemKind.Folder)
        {
            yield return await ShowAsync(top, cancellationToken);
            yield break;
        }

        await foreach (SourceItem item in WalkAsync(top, query.Recurse, cancellationToken))
        {
            if (filter is null || filter.IsMatch(ItemName.ToText(item.Name.Span)))
            {
                yield return await ShowAsync(item, cancellationToken);
            }
        }
    }

    private async IAsyncEnumerable<SourceItem> WalkAsync(SourceItem? top, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listings = new Stack<(SourceItem? Folder, IAsyncEnumerator<SourceItem> Items)>();
        try
        {
            listings.Push((top, session.ListAsync(top, cancellationToken).GetAsyncEnumerator(cancellationToken)));
            while (listings.TryPeek(out (SourceItem? Folder, IAsyncEnumerator<SourceItem> Items) listing))
            {
                if (!await MoveNextAsync(listing.Folder, listing.Items, isTop: listings.Count == 1))
                {
                    await listings.Pop().Items.DisposeAsync();
                    continue;
                }

                SourceItem item = listing.Items.Current;
                yield return item;
                if (recurse && item.Kind == SourceItemKind.Folder)
                {
                    listings.Push((item, session.ListAsync(item, cancellationToken).GetAsyncEnumerator(cancellationToken)));
                }
            }
        }
        finally
        {
            while (listings.TryPop(out (SourceItem? Folder, IAsyncEnumerator<SourceItem> Items) listing))
            {
                await listing.Items.DisposeAsync();
            }
        }
    }

    private async ValueTask<bool> MoveNextAsync(SourceItem? folder, IAsyncEnumerator<SourceItem> items, bool isTop)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (SourceException exception) when (!isTop && exception.Error != SourceError.Unavailable)
        {
            onUnreadable(folder!, exception);
            return false;
        }
    }

    private async ValueTask<Item> ShowAsync(SourceItem item, CancellationToken cancellationToken)
    {
        SourceItemDetails details = await GetDetailsAsync(item, cancellationToken);
        bool hasOwner = item.Mode is not null;
        return new Item
        {
            Path = ItemName.ToText(item.GetPath()),
            Name = ItemName.ToText(item.Name.Span),
            Kind = LiveItem.KindOf(item.Kind),
            Size = item.Kind == SourceItemKind.File ? item.Size : null,
            Modified = item.Modified is { } time ? new NodeTime(time.UnixSeconds, time.Nanoseconds).ToDateTimeOffset() : null,
            Mode = (int?)item.Mode,
            User = hasOwner || details.User.Length > 0 ? ItemFactory.NameOrNumber(details.User, item.UserId) : null,
            Group = hasOwner || details.Group.Length > 0 ? ItemFactory.NameOrNumber(details.Group, item.GroupId) : null,
            LinkTarget = item.Kind == SourceItemKind.SymbolicLink ? ItemName.ToText(details.LinkTarget.Span) : null,
            Agent = agent,
            Source = source,
        };
    }

    private async ValueTask<SourceItemDetails> GetDetailsAsync(SourceItem item, CancellationToken cancellationToken)
    {
        try
        {
            return await session.GetDetailsAsync(item, cancellationToken);
        }
        catch (SourceException exception) when (exception.Error != SourceError.Unavailable)
        {
            onUnreadable(item, exception);
            return SourceItemDetails.None;
        }
    }
}
