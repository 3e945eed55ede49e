using System.Runtime.CompilerServices;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Index;

/// <summary>A store whose first listing of a kind shows a file that is gone when it is loaded.</summary>
internal sealed class GhostStore(MemoryStore inner, StoreFile ghost) : IStore
{
    /// <summary>How often files of the ghost's kind were listed.</summary>
    public int ListingCount { get; private set; }

    public string Location => inner.Location;

    public bool ListsAtOnce => inner.ListsAtOnce;

    public Task CreateAsync(CancellationToken cancellationToken) => inner.CreateAsync(cancellationToken);

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => inner.IsEmptyAsync(cancellationToken);

    public async IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind == ghost.Kind && ListingCount++ == 0)
        {
            yield return new StoreFileInfo(ghost.Name, 100);
        }

        await foreach (StoreFileInfo file in inner.ListAsync(kind, cancellationToken))
        {
            yield return file;
        }
    }

    public Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken) => inner.FindSizeAsync(file, cancellationToken);

    public ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.LoadAsync(file, offset, destination, cancellationToken);

    public Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) => inner.SaveAsync(file, parts, cancellationToken);

    public Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) => inner.ReplaceAsync(file, parts, cancellationToken);

    public Task RemoveAsync(StoreFile file, CancellationToken cancellationToken) => inner.RemoveAsync(file, cancellationToken);

    public Task DeleteAsync(CancellationToken cancellationToken) => inner.DeleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
