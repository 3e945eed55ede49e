namespace HandyBackup.Catalog;

/// <summary>A user as the catalog keeps it.</summary>
public sealed record UserRecord
{
    /// <summary>The user's id. Never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What people should know of the account.</summary>
    public string Description { get; init; } = "";

    /// <summary>False if nobody can log in as this user.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The hash of the password with its parameters; null if there is none.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>The SHA-256 of the user's certificate in upper-case hexadecimal digits; null for none.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>The sealed secret of the one-time codes; null if none are needed.</summary>
    public byte[]? CodeSecret { get; init; }

    /// <summary>The sealed secret that no code was shown for yet; null for none.</summary>
    public byte[]? PendingCodeSecret { get; init; }

    /// <summary>What the user may do.</summary>
    public IReadOnlyList<GrantRecord> Grants { get; init; } = [];

    /// <summary>When the account was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When an administrator last changed it.</summary>
    public required DateTimeOffset Changed { get; init; }

    /// <summary>When the user last logged in; null if never.</summary>
    public DateTimeOffset? LastLogin { get; init; }
}
