namespace HandyBackup.Contracts;

/// <summary>An API token as the server shows it: everything but its secret, which the server does not know.</summary>
public sealed record ApiTokenInfo
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What its bearer may do.</summary>
    public required IReadOnlyList<Grant> Grants { get; init; }

    /// <summary>What people should know of it.</summary>
    public required string Description { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>From when on it is refused.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When somebody last logged in with it; null if never.</summary>
    public DateTimeOffset? LastLogin { get; init; }
}

/// <summary>An API token that was just made.</summary>
/// <param name="Info">What can be seen of it later.</param>
/// <param name="Token">The token itself. The server does not keep it: nobody can ask for it again.</param>
public sealed record NewApiToken(ApiTokenInfo Info, Secret Token);
