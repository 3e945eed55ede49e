using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// A folder on the way from the top to where the walk is, or one whose last items are still being saved. Finished nodes go into its tree as soon as all
/// before them are there, so only what is in flight is held beside the tree. For one thread at a time.
/// </summary>
internal sealed class FolderFrame(SourceItem? folder, TreeNode? previous, PreviousFolder? content, IAsyncEnumerator<SourceItem> listing) : IAsyncDisposable
{
    // Behind one large file that is being read, so many items of the folder may wait for their place.
    private const int MostPending = 4096;

    private readonly Queue<PendingNode> _pending = new();

    /// <summary>The folder; null for the top.</summary>
    public SourceItem? Folder => folder;

    /// <summary>The folder's node in the previous snapshot, if there is one.</summary>
    public TreeNode? Previous => previous;

    /// <summary>The folder's content in the previous snapshot, if there is any.</summary>
    public PreviousFolder? Content => content;

    /// <summary>What is in the folder.</summary>
    public IAsyncEnumerator<SourceItem> Listing => listing;

    /// <summary>True once an item was listed.</summary>
    public bool HasItems { get; set; }

    /// <summary>True if the folder vanished before anything in it was listed: then it is left out.</summary>
    public bool IsGone { get; set; }

    /// <summary>The folder's tree.</summary>
    public TreeBuilder Tree { get; } = new();

    /// <summary>Adds the next item in order of the names.</summary>
    public async ValueTask AddAsync(PendingNode node)
    {
        _pending.Enqueue(node);
        while (_pending.TryPeek(out PendingNode first) && (first.IsCompleted || _pending.Count > MostPending))
        {
            await AddFirstAsync();
        }
    }

    /// <summary>Waits until all items are in the tree.</summary>
    public async ValueTask CompleteAsync()
    {
        while (_pending.Count > 0)
        {
            await AddFirstAsync();
        }
    }

    /// <summary>Ends the listing; the tree stays.</summary>
    public async ValueTask CloseListingAsync()
    {
        content?.Dispose();
        await listing.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseListingAsync();
        Tree.Dispose();
    }

    private async ValueTask AddFirstAsync()
    {
        if (await _pending.Dequeue().GetAsync() is { } node)
        {
            Tree.Add(node);
        }
    }
}
