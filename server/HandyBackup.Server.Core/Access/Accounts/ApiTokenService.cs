using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IApiTokens"/>
internal sealed class ApiTokenService(ICatalog catalog, PanelVisitors visitors, TimeProvider time) : IApiTokens
{
    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(366);

    /// <inheritdoc/>
    public async Task<NewApiToken> CreateAsync(CreateApiTokenRequest request, CancellationToken cancellationToken)
    {
        NameRule.Check(request.Name, "API token");
        AccountDescription.Check(request.Description);
        if (request.Lifetime <= TimeSpan.Zero || request.Lifetime > s_longestLife)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"A token cannot live for {request.Lifetime}.") { Advice = $"Name a time of {s_longestLife.Days} days at most." };
        }

        IReadOnlyList<GrantRecord> grants = await request.Grants.ToRecordsAsync(catalog, cancellationToken);
        if (grants.Count == 0 || grants.Any(grant => grant.Role.Includes(Permission.ManageAccess) && !grant.IsNarrowed()))
        {
            // A script that could make users would outlive its token.
            throw new HandyBackupException(ErrorCode.InvalidArgument, "A token needs a role, and cannot be administrator of everything.")
            {
                Target = request.Name,
                Advice = "Give the roles that the script needs, for the agents or repositories that it works on.",
            };
        }

        (ApiTokenText token, Secret text) = ApiTokenText.Create();
        DateTimeOffset now = time.GetUtcNow();
        var record = new ApiTokenRecord
        {
            Id = token.Id,
            Name = request.Name,
            Description = request.Description,
            SecretHash = token.SecretHash,
            Grants = grants,
            Created = now,
            Expires = now + request.Lifetime,
        };
        await catalog.ApiTokens.AddAsync(record, cancellationToken);
        return new NewApiToken(await DescribeAsync(record, cancellationToken), text);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ApiTokenInfo> ListAsync(ApiTokenQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = new NameFilter(query.Name);
        await foreach (ApiTokenRecord token in catalog.ApiTokens.ListAsync(cancellationToken))
        {
            if (name.Matches(token.Name))
            {
                yield return await DescribeAsync(token, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(ApiTokenReference apiToken, CancellationToken cancellationToken)
    {
        string id = await catalog.ApiTokens.RemoveAsync(apiToken.Name, cancellationToken)
            ?? throw new HandyBackupException(ErrorCode.ApiTokenNotFound, $"No API token named '{apiToken.Name}' is known.") { Target = apiToken.Name };
        visitors.End(new AccountReference(CallerKind.ApiToken, id));
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    private async Task<ApiTokenInfo> DescribeAsync(ApiTokenRecord token, CancellationToken cancellationToken) => new()
    {
        Name = token.Name,
        Grants = await token.Grants.ToGrantsAsync(catalog, cancellationToken),
        Description = token.Description,
        Created = token.Created,
        Expires = token.Expires,
        LastLogin = token.LastLogin,
    };
}
