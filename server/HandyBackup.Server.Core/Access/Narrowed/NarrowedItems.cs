using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The items that a caller may see and restore.</summary>
internal sealed class NarrowedItems(IItems inner, AccessJudge judge) : IItems
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Item> ListAsync(ItemQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ItemQuery judged = query;
        if (query.Snapshot is { } snapshot)
        {
            judged = query with { Snapshot = await judge.DemandSnapshotAsync(Permission.Browse, snapshot, isRemoved: false, cancellationToken) };
        }
        else
        {
            await judge.DemandAgentAsync(Permission.Browse, query.Agent, cancellationToken);
        }

        await foreach (Item item in inner.ListAsync(judged, cancellationToken))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RestoreRequest judged = await JudgeAsync(request, cancellationToken);
        await foreach (RestorePlanItem item in inner.PlanRestoreAsync(judged, cancellationToken))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async Task<Run> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken) =>
        await inner.StartRestoreAsync(await JudgeAsync(request, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLiveAsync(LiveContentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await judge.DemandAgentAsync(Permission.ManageItems, request.Agent, cancellationToken);
        await foreach (ReadOnlyMemory<byte> part in inner.ReadLiveAsync(request, cancellationToken))
        {
            yield return part;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadStoredAsync(StoredContentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SnapshotReference snapshot = await judge.DemandSnapshotAsync(Permission.Restore, request.Snapshot, isRemoved: false, cancellationToken);
        await foreach (ReadOnlyMemory<byte> part in inner.ReadStoredAsync(request with { Snapshot = snapshot }, cancellationToken))
        {
            yield return part;
        }
    }

    /// <inheritdoc/>
    public async Task<WrittenItem> WriteFileAsync(WriteItemRequest request, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        await judge.DemandAgentAsync(Permission.ManageItems, request.Agent, cancellationToken);
        return await inner.WriteFileAsync(request, content, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<WrittenItem> WriteFolderAsync(WriteItemRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandAgentAsync(Permission.ManageItems, request.Agent, cancellationToken);
        return await inner.WriteFolderAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<WrittenItem> CopyFileAsync(CopyFileRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandAgentAsync(Permission.ManageItems, request.File.Agent, cancellationToken);
        await judge.DemandAgentAsync(Permission.ManageItems, request.Agent, cancellationToken);
        return await inner.CopyFileAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ItemRemoval> RemoveAsync(RemoveItemsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await judge.DemandAgentAsync(Permission.ManageItems, request.Agent, cancellationToken);
        await foreach (ItemRemoval removal in inner.RemoveAsync(request, cancellationToken))
        {
            yield return removal;
        }
    }

    /// <summary>Does nothing: the items are the agents'.</summary>
    public void Dispose()
    {
    }

    // Both ends count: what came from one machine must not be put where another's user reads it.
    private async Task<RestoreRequest> JudgeAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        SnapshotReference snapshot = await judge.DemandSnapshotAsync(Permission.Restore, request.Snapshot, isRemoved: false, cancellationToken);
        if (snapshot.Repository is { } repository)
        {
            await judge.DemandBothAsync(Permission.Restore, request.Agent, repository, cancellationToken);
        }

        return request with { Snapshot = snapshot };
    }
}
