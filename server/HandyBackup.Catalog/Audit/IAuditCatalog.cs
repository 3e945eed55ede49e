namespace HandyBackup.Catalog;

/// <summary>The audit log: entries are added at its end, and never changed or removed.</summary>
public interface IAuditCatalog
{
    /// <summary>Adds an entry, and saves what proves it to be the newest, both or neither. Only one caller works at a time.</summary>
    /// <param name="make">Makes the entry and its proof from the newest entry and its proof; null where there is none.</param>
    /// <param name="cancellationToken">Stops the waiting for the turn.</param>
    /// <returns>The entry.</returns>
    Task<AuditRecord> AppendAsync(Func<AuditRecord?, byte[]?, (AuditRecord Entry, byte[] Proof)> make, CancellationToken cancellationToken);

    /// <summary>The newest entry and what proves it to be that; null where there is none. Both are of one moment.</summary>
    Task<(AuditRecord? Newest, byte[]? Proof)> FindNewestAsync(CancellationToken cancellationToken);

    /// <summary>Lists entries after a number, up to another, oldest first. They are read in pages.</summary>
    IAsyncEnumerable<AuditRecord> ListAsync(long after, long upTo, CancellationToken cancellationToken);

    /// <summary>Lists entries, newest first. They are read in pages.</summary>
    /// <param name="since">Written at or after this time; null for any.</param>
    /// <param name="before">Written before this time; null for any.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    IAsyncEnumerable<AuditRecord> ListNewestAsync(DateTimeOffset? since, DateTimeOffset? before, CancellationToken cancellationToken);
}
