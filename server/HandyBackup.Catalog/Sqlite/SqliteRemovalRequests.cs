using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IRemovalRequestCatalog"/>
internal sealed class SqliteRemovalRequests(SqliteDatabase database) : IRemovalRequestCatalog
{
    private const string Select = "SELECT id, kind, target, arguments, caller_kind, caller_id, requested_by, requested, expires FROM removal_requests";

    /// <inheritdoc/>
    public async IAsyncEnumerable<RemovalRequestRecord> ListAsync(DateTimeOffset time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<RemovalRequestRecord> requests = await database.ReadAsync(
            c => c.Query(Select + " WHERE expires > $time ORDER BY requested, id", Map, ("$time", time)), cancellationToken);
        foreach (RemovalRequestRecord request in requests)
        {
            yield return request;
        }
    }

    /// <inheritdoc/>
    public Task<RemovalRequestRecord?> FindAsync(Guid id, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => c.Query(Select + " WHERE id = $id AND expires > $time", Map, ("$id", id.ToString()), ("$time", time)).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(RemovalRequestRecord request, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("DELETE FROM removal_requests WHERE expires <= $time", ("$time", request.Request.Requested));
                return c.Execute(
                    """
                    INSERT INTO removal_requests (id, kind, target, arguments, caller_kind, caller_id, requested_by, requested, expires)
                    VALUES ($id, $kind, $target, $arguments, $callerKind, $caller, $by, $requested, $expires)
                    """,
                    ("$id", request.Request.Id.ToString()),
                    ("$kind", request.Request.Kind.ToString()),
                    ("$target", request.Request.Target),
                    ("$arguments", request.Arguments),
                    ("$callerKind", request.CallerKind.ToString()),
                    ("$caller", request.CallerId),
                    ("$by", request.Request.RequestedBy),
                    ("$requested", request.Request.Requested),
                    ("$expires", request.Request.Expires));
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> TakeAsync(Guid id, CancellationToken cancellationToken) =>
        await database.WriteAsync(c => c.Execute("DELETE FROM removal_requests WHERE id = $id", ("$id", id.ToString())), cancellationToken) > 0;

    /// <inheritdoc/>
    public Task<int> DropAllAsync(CancellationToken cancellationToken) => database.WriteAsync(static c => c.Execute("DELETE FROM removal_requests"), cancellationToken);

    private static RemovalRequestRecord Map(SqliteDataReader row) => new(
        new RemovalRequest
        {
            Id = Guid.Parse(row.GetString(0)),
            Kind = Enum.Parse<RemovalKind>(row.GetString(1)),
            Target = row.GetString(2),
            RequestedBy = row.GetString(6),
            Requested = row.Time(7),
            Expires = row.Time(8),
        },
        row.GetString(3),
        Enum.Parse<CallerKind>(row.GetString(4)),
        row.TextOrNull(5));
}
