namespace HandyBackup.Contracts;

/// <summary>One of the keys, each with its own password, that open a repository.</summary>
public sealed record RepositoryKey
{
    /// <summary>The repository's name.</summary>
    public required string Repository { get; init; }

    /// <summary>The key's id: 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Who made it, as the key file says.</summary>
    public required string UserName { get; init; }

    /// <summary>Where it was made, as the key file says.</summary>
    public required string HostName { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>True for the key that this server opens the repository with.</summary>
    public required bool IsCurrent { get; init; }
}
