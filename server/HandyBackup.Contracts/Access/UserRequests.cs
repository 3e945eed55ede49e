namespace HandyBackup.Contracts;

/// <summary>A new user.</summary>
public sealed record CreateUserRequest
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>The password; null if the user logs in by certificate only.</summary>
    public Secret? Password { get; init; }

    /// <summary>The SHA-256 of the user's certificate, 64 hexadecimal digits; null for none.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>What the user may do.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>What people should know of the account; at most 1000 characters.</summary>
    public string Description { get; init; } = "";
}

/// <summary>Which users to list.</summary>
public sealed record UserQuery
{
    /// <summary>Name, with wildcards; null for all.</summary>
    public string? Name { get; init; }
}

/// <summary>Changes to a user. Null leaves a property as it is.</summary>
public sealed record UpdateUserRequest
{
    /// <summary>The user.</summary>
    public required string Name { get; init; }

    /// <summary>Another name.</summary>
    public string? NewName { get; init; }

    /// <summary>Another password.</summary>
    public Secret? NewPassword { get; init; }

    /// <summary>The SHA-256 of another certificate, 64 hexadecimal digits; empty for none.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>False to let nobody log in as this user.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>True to forget the secret of the one-time codes, for somebody who has lost the device.</summary>
    public bool ForgetOneTimeCode { get; init; }

    /// <summary>What people should know of the account; at most 1000 characters.</summary>
    public string? Description { get; init; }
}

/// <summary>Names a user.</summary>
/// <param name="Name">The user.</param>
public sealed record UserReference(string Name);

/// <summary>A grant that a user is to get or to lose.</summary>
/// <param name="User">The user.</param>
/// <param name="Grant">The grant.</param>
public sealed record GrantRequest(string User, Grant Grant);
