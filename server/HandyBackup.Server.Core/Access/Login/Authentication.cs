using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core;

/// <summary>
/// Finds out who logs in. Whatever is wrong, the answer is one, after the same work, and the audit log tells that it happened. Safe to share between threads.
/// </summary>
internal sealed class Authentication(
    ICatalog catalog, PasswordHasher passwords, OneTimeCodeCheck codes, LoginDelays delays, AuditTrail audit, TimeProvider time)
{
    private const string Action = "Login.Login";

    // Longer than any name: what is longer is nobody's, and need not be remembered.
    private const int LongestName = NameRule.MaximumLength;

    /// <summary>Judges a login.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.LoginRefused"/>.</exception>
    public async Task<AccountReference> LoginAsync(LoginRequest request, PanelOrigin origin, CancellationToken cancellationToken)
    {
        string? shownName = request.Name is { Length: > LongestName } ? request.Name[..LongestName] : request.Name;
        bool isLocked = await delays.EnterAsync(shownName, origin.Address, cancellationToken);
        (AccountReference? account, string known) = request.Token is { } token ? await FindTokenAsync(token, cancellationToken)
            : request.Name is { } name ? await FindUserAsync(name, request, cancellationToken)
            : await FindCertificateAsync(origin, cancellationToken);
        if (account is null || isLocked)
        {
            await audit.NoteAsync(Caller.Nobody with { Name = known }, origin, Action, "", AuditOutcome.Refused, ErrorCode.LoginRefused, cancellationToken);
            throw Refused();
        }

        delays.Succeed(shownName, origin.Address);
        await NoteLoginAsync(account, cancellationToken);
        await audit.NoteAsync(new Caller(account.Kind, known, account, []), origin, Action, "", AuditOutcome.Done, null, cancellationToken);
        return account;
    }

    /// <summary>True if this is the password of a user, for somebody who is logged in already. Failures count as those of logins do.</summary>
    public async Task<bool> VerifyAsync(UserRecord user, string? password, PanelOrigin origin, CancellationToken cancellationToken)
    {
        bool isLocked = await delays.EnterAsync(user.Name, origin.Address, cancellationToken);
        bool isRight = await passwords.VerifyAsync(user.PasswordHash, password, cancellationToken) && !isLocked;
        if (isRight)
        {
            delays.Succeed(user.Name, origin.Address);
        }

        return isRight;
    }

    /// <summary>True if this is a one-time code of a user, for somebody who is logged in already; then it is used up. Failures count as those of logins do.</summary>
    public async Task<bool> UseCodeAsync(UserRecord user, byte[] sealedSecret, string? code, PanelOrigin origin, CancellationToken cancellationToken)
    {
        bool isLocked = await delays.EnterAsync(user.Name, origin.Address, cancellationToken);
        bool isRight = !isLocked && await codes.UseAsync(user.Id, sealedSecret, code, cancellationToken);
        if (isRight)
        {
            delays.Succeed(user.Name, origin.Address);
        }

        return isRight;
    }

    /// <summary>The one answer to every login that is not accepted.</summary>
    public static HandyBackupException Refused() => new(ErrorCode.LoginRefused, "The server does not accept the login.")
    {
        Advice = "Check name, password, one-time code (-OneTimeCode) or token. After several failures the server makes you wait, for up to a quarter of an hour.",
    };

    private async Task<(AccountReference? Account, string Known)> FindUserAsync(string name, LoginRequest request, CancellationToken cancellationToken)
    {
        UserRecord? user = name.Length <= LongestName ? await catalog.Users.FindAsync(name, cancellationToken) : null;
        bool isRight = await passwords.VerifyAsync(user?.PasswordHash, request.Password?.Value, cancellationToken);
        if (user?.CodeSecret is { } secret)
        {
            // A code is used up only together with the right password: else a stranger could use up the owner's.
            isRight = isRight && await codes.UseAsync(user.Id, secret, request.Code?.Value, cancellationToken);
        }

        return (isRight && user!.IsEnabled ? new AccountReference(CallerKind.User, user.Id.ToString()) : null, user?.Name ?? "");
    }

    private async Task<(AccountReference? Account, string Known)> FindTokenAsync(Secret shown, CancellationToken cancellationToken)
    {
        if (!ApiTokenText.TryParse(shown.Value, out ApiTokenText? token))
        {
            return (null, "");
        }

        ApiTokenRecord? record = await catalog.ApiTokens.FindAsync(token.Id, cancellationToken);
        bool isRight = token.Fits(record?.SecretHash ?? default) && record is not null && record.Expires > time.GetUtcNow();
        return (isRight ? new AccountReference(CallerKind.ApiToken, token.Id) : null, record?.Name ?? "");
    }

    private async Task<(AccountReference? Account, string Known)> FindCertificateAsync(PanelOrigin origin, CancellationToken cancellationToken)
    {
        UserRecord? user = origin.CertificateFingerprint is { } fingerprint ? await catalog.Users.FindByCertificateAsync(fingerprint, cancellationToken) : null;
        return (user is { IsEnabled: true } ? new AccountReference(CallerKind.User, user.Id.ToString()) : null, user?.Name ?? "");
    }

    private async Task NoteLoginAsync(AccountReference account, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (account.Kind == CallerKind.ApiToken)
        {
            await catalog.ApiTokens.SetLoginAsync(account.Id, now, cancellationToken);
        }
        else
        {
            await catalog.Users.ChangeAsync(new Guid(account.Id), user => user with { LastLogin = now }, cancellationToken);
        }
    }
}
