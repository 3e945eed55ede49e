using System.Runtime.CompilerServices;
using System.Text.Json;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What waits for a second administrator, as one connection's caller may treat it.</summary>
internal sealed class RemovalRequestService(
    ICatalog catalog,
    ISnapshots snapshots,
    IRepositories repositories,
    RemovalApproval approval,
    PanelVisitor visitor,
    AuditTrail audit,
    TimeProvider time) : IRemovalRequests
{
    private const string Action = "RemovalRequests.CarryOut";

    // A stolen account must not be able to make itself a second administrator at once.
    private static readonly TimeSpan s_settledAfter = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RemovalRequest> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (RemovalRequestRecord request in catalog.RemovalRequests.ListAsync(time.GetUtcNow(), cancellationToken))
        {
            yield return request.Request;
        }
    }

    /// <inheritdoc/>
    public async Task ApproveAsync(RemovalRequestReference request, CancellationToken cancellationToken)
    {
        RemovalRequestRecord record = await FindAsync(request.Id, cancellationToken);
        await CheckApproverAsync(record, cancellationToken);
        if (!await catalog.RemovalRequests.TakeAsync(request.Id, cancellationToken))
        {
            throw NotFound(request.Id);
        }

        AccountReference? account = record.CallerId is { } id ? new AccountReference(record.CallerKind, id) : null;
        var asked = new Caller(record.CallerKind, record.Request.RequestedBy, account, []);
        AuditedCall audited = await audit.BeginAsync(asked, visitor.Origin, Action, record.Request.Target, cancellationToken);
        try
        {
            await CarryOutAsync(record, cancellationToken);
            await audited.EndAsync(AuditOutcome.Done, null);
        }
        catch (Exception exception)
        {
            await audited.EndAsync(AuditOutcome.Failed, exception is OperationCanceledException ? ErrorCode.Cancelled : ErrorTranslation.Describe(exception).Code);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task DenyAsync(RemovalRequestReference request, CancellationToken cancellationToken)
    {
        if (!await catalog.RemovalRequests.TakeAsync(request.Id, cancellationToken))
        {
            throw NotFound(request.Id);
        }
    }

    /// <inheritdoc/>
    public async Task<RemovalPolicy> GetPolicyAsync(CancellationToken cancellationToken) => new(await approval.IsNeededAsync(cancellationToken));

    /// <inheritdoc/>
    public async Task SetPolicyAsync(RemovalPolicy policy, CancellationToken cancellationToken)
    {
        if (!policy.NeedsApproval && await approval.IsNeededAsync(cancellationToken))
        {
            throw await approval.RequestAsync(
                await visitor.GetCallerAsync(cancellationToken), RemovalKind.EndApproval, "the need for approval", new RemovalArguments(), cancellationToken);
        }

        await approval.SetNeededAsync(policy.NeedsApproval, cancellationToken);
    }

    /// <summary>Does nothing: it goes with the connection.</summary>
    public void Dispose()
    {
    }

    private static HandyBackupException NotFound(Guid id) => new(ErrorCode.RemovalRequestNotFound, $"No request {id} waits to be approved.") { Target = id.ToString() };

    private static HandyBackupException Refused(string message, string advice) => new(ErrorCode.ApprovalRefused, message) { Advice = advice };

    private async Task<RemovalRequestRecord> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await catalog.RemovalRequests.FindAsync(id, time.GetUtcNow(), cancellationToken) ?? throw NotFound(id);

    private async Task CheckApproverAsync(RemovalRequestRecord request, CancellationToken cancellationToken)
    {
        Caller caller = await visitor.GetCallerAsync(cancellationToken);
        if (caller.Kind == request.CallerKind && caller.Account?.Id == request.CallerId)
        {
            throw Refused("Nobody approves what he asked for himself.", "Let another administrator approve it.");
        }

        if (caller.Kind == CallerKind.LocalAdministrator)
        {
            return;
        }

        UserRecord? user = caller is { Kind: CallerKind.User, Account: { } account } ? await catalog.Users.FindAsync(new Guid(account.Id), cancellationToken) : null;
        if (user is null)
        {
            throw Refused("Only a user approves.", "Log in as a user.");
        }

        if (user.Changed > time.GetUtcNow() - s_settledAfter)
        {
            throw Refused($"The account '{user.Name}' was made or changed by an administrator within the last day.", "Wait a day after the change, or let another administrator approve it.");
        }
    }

    private async Task CarryOutAsync(RemovalRequestRecord request, CancellationToken cancellationToken)
    {
        if (request.Request.Kind == RemovalKind.EndApproval)
        {
            await approval.SetNeededAsync(false, cancellationToken);
            return;
        }

        RemovalArguments arguments = JsonSerializer.Deserialize(request.Arguments, RemovalJson.Default.RemovalArguments)!;
        RepositoryRecord repository = await catalog.Repositories.ListAsync(cancellationToken).FirstOrDefaultAsync(known => known.Id == arguments.RepositoryId, cancellationToken)
            ?? throw new HandyBackupException(ErrorCode.RepositoryNotFound, "The repository of the request is gone.") { Target = request.Request.Target };
        switch (request.Request.Kind)
        {
            case RemovalKind.RemoveSnapshot:
                await snapshots.RemoveAsync(new SnapshotReference(repository.Name, arguments.SnapshotId!), cancellationToken);
                break;
            case RemovalKind.RemoveRepository:
                await repositories.RemoveAsync(
                    new RemoveRepositoryRequest { Name = repository.Name, DeleteData = arguments.DeleteData, RemoveTasks = arguments.RemoveTasks }, cancellationToken);
                break;
            default:
                await repositories.UpdateAsync(
                    new UpdateRepositoryRequest { Name = repository.Name, Grace = arguments.Grace, SweepGrace = arguments.SweepGrace }, cancellationToken);
                break;
        }
    }
}
