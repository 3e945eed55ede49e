namespace HandyBackup.Contracts;

/// <summary>A new API token.</summary>
public sealed record CreateApiTokenRequest
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What its bearer may do; at least one grant, none of <see cref="Role.Administrator"/> for everything.</summary>
    public required IReadOnlyList<Grant> Grants { get; init; }

    /// <summary>How long it may be used, by the server's clock: more than nothing, a year at most.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>What people should know of it; at most 1000 characters.</summary>
    public string Description { get; init; } = "";
}

/// <summary>Which API tokens to list.</summary>
public sealed record ApiTokenQuery
{
    /// <summary>Name, with wildcards; null for all.</summary>
    public string? Name { get; init; }
}

/// <summary>Names an API token.</summary>
/// <param name="Name">The token's name.</param>
public sealed record ApiTokenReference(string Name);
