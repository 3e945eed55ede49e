using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IItems"/>
internal sealed class ItemService(
    LiveItems live,
    StoredItems stored,
    OpenRepositories repositories,
    RestorePreparation preparation,
    RestoreWork restore,
    RunEngine engine,
    MachineRefusals refusals,
    TimeSpan lockWait) : IItems
{
    /// <inheritdoc/>
    public IAsyncEnumerable<Item> ListAsync(ItemQuery query, CancellationToken cancellationToken) =>
        query.Snapshot is { } snapshot ? stored.ListAsync(query, snapshot, cancellationToken) : live.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PreparedRestore plan = await preparation.PrepareAsync(request, cancellationToken);
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(plan.Repository, cancellationToken);
        await using IAsyncDisposable shared = await lease.Value.Repository.Locks.AcquireAsync(exclusive: false, lockWait, cancellationToken);
        IRetrieve retrieve = await RestoreReading.OpenAsync(
            plan.Agent,
            plan.Order,
            lease.Value,
            id => _ = refusals.NoteAsync(plan.Agent.Description.Name, null, "Retrieve.Get", $"blob {id}", ErrorCode.BlobRefused),
            cancellationToken);
        await foreach (RestorePlanItem item in plan.Agent.Agent.PlanRestoreAsync(plan.Order, retrieve, cancellationToken))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async Task<Run> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        PreparedRestore prepared = await preparation.PrepareAsync(request, cancellationToken);
        return await engine.StartAsync(
            new RunOrder
            {
                Kind = RunKind.Restore,
                Agent = prepared.Agent.Description.Name,
                Repository = prepared.Repository,
                SnapshotId = prepared.SnapshotId,
                Work = (run, token) => restore.ExecuteAsync(prepared, run, token),
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLiveAsync(LiveContentRequest request, CancellationToken cancellationToken) => live.ReadAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadStoredAsync(StoredContentRequest request, CancellationToken cancellationToken) => stored.ReadAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<WrittenItem> WriteFileAsync(WriteItemRequest request, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        live.WriteFileAsync(request.Agent, request.Item, content, cancellationToken);

    /// <inheritdoc/>
    public Task<WrittenItem> WriteFolderAsync(WriteItemRequest request, CancellationToken cancellationToken) => live.WriteFolderAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<WrittenItem> CopyFileAsync(CopyFileRequest request, CancellationToken cancellationToken) =>
        live.WriteFileAsync(request.Agent, request.Item, live.ReadAsync(request.File, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ItemRemoval> RemoveAsync(RemoveItemsRequest request, CancellationToken cancellationToken) => live.RemoveAsync(request, cancellationToken);

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }
}
