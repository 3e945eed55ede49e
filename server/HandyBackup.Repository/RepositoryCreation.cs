namespace HandyBackup.Repository;

/// <summary>How a new repository is made.</summary>
public sealed record RepositoryCreation
{
    /// <summary>Version of the restic format: 1 or 2.</summary>
    public int FormatVersion { get; init; } = 2;

    /// <summary>The cost of guessing the password; null calibrates it to about half a second on this machine. Tests use a weak one.</summary>
    public ScryptCost? ScryptCost { get; init; }

    /// <summary>How much parity files get, in percent: from 0 for none to 50. It covers the first files, config and key, too.</summary>
    public int ParityPercent { get; init; }

    /// <summary>The account that the first key names.</summary>
    public required string UserName { get; init; }

    /// <summary>The host that the first key names.</summary>
    public required string HostName { get; init; }
}
