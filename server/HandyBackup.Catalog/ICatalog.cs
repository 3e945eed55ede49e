namespace HandyBackup.Catalog;

/// <summary>
/// The server's database: what it was told (repositories, tasks, agents) and what it did (runs and their logs). Nothing in it describes the
/// content of a repository, except when it was verified. Every method is one transaction. All members may be used from several threads at once. Failures are
/// <see cref="Contracts.HandyBackupException"/> with <see cref="Contracts.ErrorCode.CatalogDamaged"/>,
/// <see cref="Contracts.ErrorCode.DataPathUnusable"/> or <see cref="Contracts.ErrorCode.TimedOut"/>, besides those that a method names.
/// </summary>
public interface ICatalog : IAsyncDisposable
{
    /// <summary>The repositories.</summary>
    IRepositoryCatalog Repositories { get; }

    /// <summary>The tasks.</summary>
    ITaskCatalog Tasks { get; }

    /// <summary>The runs.</summary>
    IRunCatalog Runs { get; }

    /// <summary>The runs' logs.</summary>
    IRunLogCatalog RunLog { get; }

    /// <summary>The agents.</summary>
    IAgentCatalog Agents { get; }

    /// <summary>The server's own settings.</summary>
    ISettingCatalog Settings { get; }

    /// <summary>When data of the repositories was read back.</summary>
    IVerificationCatalog Verifications { get; }
}
