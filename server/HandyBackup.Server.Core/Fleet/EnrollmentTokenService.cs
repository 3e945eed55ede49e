using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IEnrollmentTokens"/>
internal sealed class EnrollmentTokenService(Fleet fleet) : IEnrollmentTokens
{
    /// <inheritdoc/>
    public async Task<NewEnrollmentToken> CreateAsync(NewEnrollmentTokenRequest request, CancellationToken cancellationToken) =>
        await (await fleet.OpenAsync(cancellationToken)).Tokens.CreateAsync(request, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<EnrollmentTokenInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await fleet.OpenIfMadeAsync(cancellationToken) is not { } parts)
        {
            yield break;
        }

        await foreach (EnrollmentTokenInfo token in parts.Tokens.ListAsync(cancellationToken))
        {
            yield return token;
        }
    }

    /// <inheritdoc/>
    public async Task RevokeAsync(EnrollmentTokenReference token, CancellationToken cancellationToken)
    {
        // Where no token was ever made there is none to revoke, and nothing needs an authority.
        FleetParts parts = await fleet.OpenIfMadeAsync(cancellationToken) ?? throw EnrollmentTokens.NotFound(token.Id);
        await parts.Tokens.RevokeAsync(token.Id, cancellationToken);
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }
}
