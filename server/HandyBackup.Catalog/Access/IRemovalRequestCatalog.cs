namespace HandyBackup.Catalog;

/// <summary>What waits for a second administrator.</summary>
public interface IRemovalRequestCatalog
{
    /// <summary>Lists what can still be approved at a time, oldest first.</summary>
    IAsyncEnumerable<RemovalRequestRecord> ListAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>The request of this id if it can still be approved at a time, or null.</summary>
    Task<RemovalRequestRecord?> FindAsync(Guid id, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Adds a request, and forgets those that have expired.</summary>
    Task AddAsync(RemovalRequestRecord request, CancellationToken cancellationToken);

    /// <summary>Takes a request out: of several that try at once, one does.</summary>
    /// <returns>False if it is gone.</returns>
    Task<bool> TakeAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Drops all requests.</summary>
    /// <returns>How many there were.</returns>
    Task<int> DropAllAsync(CancellationToken cancellationToken);
}
