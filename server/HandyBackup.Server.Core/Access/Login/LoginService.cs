using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The login of one connection, and what its user may do with the own account.</summary>
internal sealed class LoginService(
    PanelVisitor visitor,
    PanelVisitors visitors,
    ICatalog catalog,
    AccountDirectory accounts,
    Authentication authentication,
    PasswordHasher passwords,
    OneTimeCodeCheck codes) : ILogin
{
    private readonly TurnTaking _turns = new();

    /// <inheritdoc/>
    public async Task<CallerInfo> LoginAsync(LoginRequest request, CancellationToken cancellationToken)
    {
        // One at a time: a connection that tries many at once gains nothing by it.
        using IDisposable turn = await _turns.WaitAsync(cancellationToken);
        visitor.Become(await authentication.LoginAsync(request, visitor.Origin, cancellationToken));
        return await GetCallerAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<CallerInfo> GetCallerAsync(CancellationToken cancellationToken) =>
        await accounts.DescribeAsync(await visitor.GetCallerAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task ChangePasswordAsync(ChangePasswordRequest request, CancellationToken cancellationToken)
    {
        UserRecord user = await FindOwnAsync(cancellationToken);
        if (!await authentication.VerifyAsync(user, request.Password.Value, visitor.Origin, cancellationToken))
        {
            throw Authentication.Refused();
        }

        PasswordRule.Check(request.NewPassword.Value, user.Name);
        string hash = await passwords.HashAsync(request.NewPassword.Value, cancellationToken);
        await catalog.Users.ChangeAsync(user.Id, now => now with { PasswordHash = hash }, cancellationToken);
        visitors.End(new AccountReference(CallerKind.User, user.Id.ToString()), visitor);
    }

    /// <inheritdoc/>
    public async Task<OneTimeCodeSecret> PrepareOneTimeCodeAsync(CancellationToken cancellationToken)
    {
        UserRecord user = await FindOwnAsync(cancellationToken);
        if (user.CodeSecret is not null)
        {
            throw new HandyBackupException(ErrorCode.OneTimeCodeInUse, $"The account '{user.Name}' needs one-time codes already.")
            {
                Target = user.Name,
                Advice = "Switch them off first: Disable-HBTotp.",
            };
        }

        byte[] secret = OneTimeCodes.NewSecret();
        byte[] pending = codes.Seal(user.Id, secret);
        await catalog.Users.ChangeAsync(user.Id, now => now with { PendingCodeSecret = pending }, cancellationToken);
        return OneTimeCodes.Describe(secret, user.Name, Environment.MachineName);
    }

    /// <inheritdoc/>
    public async Task ConfirmOneTimeCodeAsync(OneTimeCode code, CancellationToken cancellationToken)
    {
        UserRecord user = await FindOwnAsync(cancellationToken);
        if (user.PendingCodeSecret is not { } pending || !await authentication.UseCodeAsync(user, pending, code.Code.Value, visitor.Origin, cancellationToken))
        {
            throw WrongCode(user);
        }

        await catalog.Users.ChangeAsync(user.Id, now => now with { CodeSecret = pending, PendingCodeSecret = null }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveOneTimeCodeAsync(OneTimeCode code, CancellationToken cancellationToken)
    {
        UserRecord user = await FindOwnAsync(cancellationToken);
        if (user.CodeSecret is not { } secret || !await authentication.UseCodeAsync(user, secret, code.Code.Value, visitor.Origin, cancellationToken))
        {
            throw WrongCode(user);
        }

        await catalog.Users.ChangeAsync(user.Id, now => now with { CodeSecret = null, PendingCodeSecret = null }, cancellationToken);
    }

    /// <summary>Does nothing: it goes with the connection.</summary>
    public void Dispose()
    {
    }

    private static HandyBackupException WrongCode(UserRecord user) => new(ErrorCode.OneTimeCodeWrong, "The one-time code is wrong, too old, or was used already.")
    {
        Target = user.Name,
        Advice = "Wait for the next code, and see that the clocks of the device and the server are right.",
    };

    private async Task<UserRecord> FindOwnAsync(CancellationToken cancellationToken)
    {
        Caller caller = await visitor.GetCallerAsync(cancellationToken);
        UserRecord? user = caller is { Kind: CallerKind.User, Account: { } account } ? await catalog.Users.FindAsync(new Guid(account.Id), cancellationToken) : null;
        return user ?? throw new HandyBackupException(ErrorCode.NotAUser, $"'{caller.Name}' is no user.") { Advice = "Log in as a user: Connect-HBServer -ComputerName -Credential." };
    }
}
