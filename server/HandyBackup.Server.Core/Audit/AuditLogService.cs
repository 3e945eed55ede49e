using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IAuditLog"/>
internal sealed class AuditLogService(ICatalog catalog, AuditChain chain) : IAuditLog
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditEntry> ListAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Last is <= 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"{query.Last} is no number of entries to list.") { Target = nameof(query.Last), Advice = "Ask for at least one." };
        }

        var caller = new NameFilter(query.Caller);
        var action = new NameFilter(query.Action);
        var target = new NameFilter(query.Target);
        int left = query.Last ?? int.MaxValue;
        await foreach (AuditRecord entry in catalog.Audit.ListNewestAsync(query.Since, query.Before, cancellationToken))
        {
            if (caller.Matches(entry.Caller) && action.Matches(entry.Action) && target.Matches(entry.Target) && (query.Outcome is null || entry.Outcome == query.Outcome))
            {
                yield return Describe(entry);
                if (--left == 0)
                {
                    yield break;
                }
            }
        }
    }

    /// <inheritdoc/>
    public Task<AuditVerification> VerifyAsync(VerifyAuditRequest request, CancellationToken cancellationToken) =>
        new AuditCheck(catalog, chain).ExecuteAsync(request, cancellationToken);

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    private static AuditEntry Describe(AuditRecord entry) => new()
    {
        Number = entry.Number,
        Time = entry.Time,
        CallerKind = entry.CallerKind,
        Caller = entry.Caller,
        Origin = entry.Origin,
        Action = entry.Action,
        Target = entry.Target,
        Outcome = entry.Outcome,
        Error = entry.Error,
        Begun = entry.Begun,
        Hash = entry.Hash.ToString(),
    };
}
