namespace HandyBackup.Contracts;

/// <summary>A user as the server knows it.</summary>
public sealed record UserInfo
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What people should know of the account.</summary>
    public required string Description { get; init; }

    /// <summary>False if nobody can log in as this user.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>True if the user can log in by a password.</summary>
    public required bool HasPassword { get; init; }

    /// <summary>True if a login by the password needs a one-time code, too.</summary>
    public required bool NeedsOneTimeCode { get; init; }

    /// <summary>The SHA-256 of the certificate by which the user can log in, in hexadecimal digits; null for none.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>What the user may do.</summary>
    public required IReadOnlyList<Grant> Grants { get; init; }

    /// <summary>When the account was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When an administrator last changed it.</summary>
    public required DateTimeOffset Changed { get; init; }

    /// <summary>When the user last logged in; null if never.</summary>
    public DateTimeOffset? LastLogin { get; init; }
}
