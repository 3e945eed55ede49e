using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core;

/// <summary>
/// Whoever is at the other end of one panel's connection. Judges each of its calls by what the method says that it needs and by what the account was granted at
/// that moment, and writes down what changes something. Safe to share between threads.
/// </summary>
internal sealed class PanelVisitor(PanelOrigin origin, AccountDirectory accounts, PanelVisitors visitors, AuditTrail audit, CallsUnderWay calls) : IPanelGuard
{
    private readonly TaskCompletionSource _admitted = new();
    private readonly CancellationTokenSource _ended = new();
    private volatile AccountReference? _account;
    private int _refusals;

    /// <inheritdoc/>
    public Task Admitted => IsLocal ? Task.CompletedTask : _admitted.Task;

    /// <inheritdoc/>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Where the connection comes from.</summary>
    public PanelOrigin Origin => origin;

    private bool IsLocal => origin.LocalAccount is not null;

    /// <summary>Who calls, with the rights of this moment.</summary>
    public async Task<Caller> GetCallerAsync(CancellationToken cancellationToken)
    {
        if (origin.LocalAccount is { } local)
        {
            return Caller.LocalAdministrator(local);
        }

        return _account is { } account ? await accounts.FindAsync(account, cancellationToken) ?? Caller.Nobody : Caller.Nobody;
    }

    /// <summary>Makes the connection an account's.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AccessRefused"/> if it has a caller already.</exception>
    public void Become(AccountReference account)
    {
        if (IsLocal || Interlocked.CompareExchange(ref _account, account, null) is not null)
        {
            throw new HandyBackupException(ErrorCode.AccessRefused, "The connection has a caller already.") { Advice = "Connect again to log in as somebody else." };
        }

        visitors.Add(this, account);
        _admitted.TrySetResult();
    }

    /// <summary>Ends the connection.</summary>
    public void End()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    /// <inheritdoc/>
    public async Task<T> CarryOutAsync<T>(PanelCall call, Func<CancellationToken, Task<T>> carryOut, CancellationToken cancellationToken)
    {
        Caller caller = await JudgeAsync(call, cancellationToken);
        if (!call.Requirement!.Permission.IsAudited())
        {
            return await carryOut(cancellationToken);
        }

        using IDisposable underWay = calls.Enter();
        AuditedCall audited = await audit.BeginAsync(caller, origin, call.Name, AuditTarget.Of(call.Request), cancellationToken);
        try
        {
            T result = await carryOut(cancellationToken);
            await audited.EndAsync(AuditOutcome.Done, null);
            return result;
        }
        catch (Exception exception)
        {
            await audited.EndAsync(exception);
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<T> OpenAsync<T>(PanelCall call, Func<CancellationToken, IAsyncEnumerable<T>> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Caller caller = await JudgeAsync(call, cancellationToken);
        AuditedCall? audited = call.Requirement!.Audited
            ? await audit.BeginAsync(caller, origin, call.Name, AuditTarget.Of(call.Request), cancellationToken)
            : null;

        // Unless it comes to another end, whoever reads has given it up.
        (AuditOutcome Outcome, ErrorCode? Error) end = (AuditOutcome.Failed, ErrorCode.Cancelled);
        try
        {
            await using IAsyncEnumerator<T> items = open(cancellationToken).GetAsyncEnumerator(cancellationToken);
            for (bool isOver = false; !isOver;)
            {
                try
                {
                    isOver = !await items.MoveNextAsync();
                }
                catch (Exception exception)
                {
                    end = AuditedCall.Describe(exception);
                    throw;
                }

                if (!isOver)
                {
                    yield return items.Current;
                }
            }

            end = (AuditOutcome.Done, null);
        }
        finally
        {
            if (audited is not null)
            {
                await audited.EndAsync(end.Outcome, end.Error);
            }
            else if (end.Outcome == AuditOutcome.Refused)
            {
                await audit.NoteAsync(caller, origin, call.Name, AuditTarget.Of(call.Request), end.Outcome, end.Error, CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        visitors.Remove(this);
        _ended.Dispose();
    }

    private static ErrorCode? RefusalOf(Caller caller, RequiresAttribute? requirement)
    {
        if (requirement is null)
        {
            return ErrorCode.AccessRefused;
        }

        if (requirement.Permission == Permission.Anybody)
        {
            return null;
        }

        if (caller.Kind == CallerKind.Nobody)
        {
            return ErrorCode.LoginNeeded;
        }

        bool isAllowed = requirement.Permission == Permission.OwnAccount
            || caller.MayEverywhere(requirement.Permission)
            || (requirement.Narrowable && caller.May(requirement.Permission));
        return isAllowed ? null : ErrorCode.AccessRefused;
    }

    private async Task<Caller> JudgeAsync(PanelCall call, CancellationToken cancellationToken)
    {
        Caller caller = await GetCallerAsync(cancellationToken);
        if (RefusalOf(caller, call.Requirement) is not { } code)
        {
            return caller;
        }

        // Strangers could fill the disk: of theirs the first is enough.
        if (caller.Kind != CallerKind.Nobody || Interlocked.Increment(ref _refusals) == 1)
        {
            await audit.NoteAsync(caller, origin, call.Name, AuditTarget.Of(call.Request), AuditOutcome.Refused, code, cancellationToken);
        }

        throw code == ErrorCode.LoginNeeded
            ? new HandyBackupException(code, "The server wants a login first.") { Target = call.Name, Advice = "Connect with Connect-HBServer and -Credential, -Token or -Certificate." }
            : AccessRefusal.Of(caller, call.Name);
    }
}
