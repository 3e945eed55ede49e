using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>An API token as the catalog keeps it.</summary>
public sealed record ApiTokenRecord
{
    /// <summary>The token's id: 16 hexadecimal digits, which are part of its text.</summary>
    public required string Id { get; init; }

    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; init; } = "";

    /// <summary>The SHA-256 of its secret.</summary>
    public required Sha256Hash SecretHash { get; init; }

    /// <summary>What its bearer may do.</summary>
    public required IReadOnlyList<GrantRecord> Grants { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>From when on it is refused.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When somebody last logged in with it; null if never.</summary>
    public DateTimeOffset? LastLogin { get; init; }
}
