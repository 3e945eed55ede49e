using HandyBackup.Agent.Core.State;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// A folder on the way from the top to where the walk is, or one whose last items are still being saved. Finished nodes go into its tree as soon as all
/// before them are there, so only what is in flight is held beside the tree. As long as everything is as the agent's state says it has no tree: it is
/// what it was. For one thread at a time.
/// </summary>
/// <param name="folder">The folder; null for the top.</param>
/// <param name="known">What the agent's state knows of it; null for nothing.</param>
/// <param name="listing">What is in it.</param>
/// <param name="state">The agent's state; null if there is none.</param>
internal sealed class FolderFrame(SourceItem? folder, StateFolder? known, IAsyncEnumerator<SourceItem> listing, AgentState? state) : IAsyncDisposable
{
    // Behind one large file that is being read, so many items of the folder may wait for their place.
    private const int MostPending = 4096;

    private readonly Queue<PendingNode> _pending = new();
    private TreeBuilder? _tree;
    private StateFolderBuilder? _record = state is null || known is not null ? null : new StateFolderBuilder();

    /// <summary>The folder; null for the top.</summary>
    public SourceItem? Folder => folder;

    /// <summary>What the agent's state knows of the folder; null for nothing.</summary>
    public StateFolder? Known => known;

    /// <summary>True as long as everything in the folder is as the agent's state says.</summary>
    public bool IsFollowing { get; private set; } = known is not null;

    /// <summary>The folder's node in the previous snapshot, if there is one and it is needed.</summary>
    public TreeNode? Previous { get; set; }

    /// <summary>The folder's content in the previous snapshot, if there is any and it is needed.</summary>
    public PreviousFolder? Content { get; set; }

    /// <summary>What is in the folder.</summary>
    public IAsyncEnumerator<SourceItem> Listing => listing;

    /// <summary>True once an item was listed.</summary>
    public bool HasItems { get; set; }

    /// <summary>True if the folder vanished before anything in it was listed: then it is left out.</summary>
    public bool IsGone { get; set; }

    /// <summary>True if the listing failed: the next run must list the folder again whatever the agent's state says.</summary>
    public bool IsIncomplete { get; set; }

    /// <summary>True if the repository lost a tree of the folders up to <see cref="StateFolder.CollectedUntil"/>.</summary>
    public bool IsAnySubtreeMissing { get; set; }

    /// <summary>The folder's tree.</summary>
    public TreeBuilder Tree => _tree ??= new TreeBuilder();

    /// <summary>Where the agent's state has the folder when it is finished; null if nowhere.</summary>
    public StateChild? Saved { get; private set; }

    /// <summary>Something differs from the agent's state: from now on the folder gets a tree.</summary>
    public void StopFollowing()
    {
        IsFollowing = false;
        _record = new StateFolderBuilder();
    }

    /// <summary>Copies the items that were unchanged so far from the previous tree.</summary>
    /// <returns>False if the tree is not there or damaged: then nothing was copied.</returns>
    public async ValueTask<bool> TryCopyPassedAsync()
    {
        if (known!.Passed == 0)
        {
            return true;
        }

        if (Content is null || !await Content.TryCopyAsync(known.OnlyPassed(), Tree))
        {
            return false;
        }

        _record!.AddOld(known.PassedEntries, known.Passed);
        return true;
    }

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

    /// <summary>Gives the finished folder to the agent's state.</summary>
    /// <param name="child">The folder as the state has it already; null to write it.</param>
    /// <param name="subtree">The folder's tree.</param>
    public void Save(StateChild? child, BlobId subtree) =>
        Saved = child ?? (_record is null || IsIncomplete ? null : state!.Save(_record, subtree));

    /// <summary>Ends the listing; the tree stays.</summary>
    public async ValueTask CloseListingAsync()
    {
        Content?.Dispose();
        await listing.DisposeAsync();
    }

    /// <summary>Gives back what the tree took.</summary>
    public void Release()
    {
        _tree?.Dispose();
        _record?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseListingAsync();
        Release();
    }

    private async ValueTask AddFirstAsync()
    {
        PendingNode first = _pending.Dequeue();
        if (await first.GetAsync() is { } node)
        {
            Tree.Add(node);
            StateChild? child = first.Folder?.Saved;
            ItemFingerprint fingerprint = node.Type == NodeType.Folder && child is null ? default : state?.Key.Of(node) ?? default;
            _record?.Add(node.Name.Span, fingerprint, child);
        }
    }
}
