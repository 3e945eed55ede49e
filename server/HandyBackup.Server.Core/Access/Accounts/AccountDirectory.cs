using System.Globalization;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Who the accounts are at the moment. Safe to share between threads.</summary>
internal sealed class AccountDirectory(ICatalog catalog, TimeProvider time)
{
    /// <summary>The caller of an account.</summary>
    /// <returns>Null if nobody may use the account: it is gone, disabled or expired.</returns>
    public async Task<Caller?> FindAsync(AccountReference account, CancellationToken cancellationToken)
    {
        if (account.Kind == CallerKind.User)
        {
            UserRecord? user = await catalog.Users.FindAsync(Guid.Parse(account.Id, CultureInfo.InvariantCulture), cancellationToken);
            return user is { IsEnabled: true } ? new Caller(CallerKind.User, user.Name, account, user.Grants) : null;
        }

        ApiTokenRecord? token = await catalog.ApiTokens.FindAsync(account.Id, cancellationToken);
        return token is not null && token.Expires > time.GetUtcNow() ? new Caller(CallerKind.ApiToken, token.Name, account, token.Grants) : null;
    }

    /// <summary>What a panel is told of a caller.</summary>
    public async Task<CallerInfo> DescribeAsync(Caller caller, CancellationToken cancellationToken) => new()
    {
        Kind = caller.Kind,
        Name = caller.Name,
        Grants = await caller.Grants.ToGrantsAsync(catalog, cancellationToken),
    };
}
