namespace HandyBackup.Catalog;

/// <summary>
/// The server's database: what it was told (repositories, tasks, agents, users) and what it did (runs and their logs, the audit log). Nothing in it describes the
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

    /// <summary>What the agents said of themselves.</summary>
    IAgentCatalog Agents { get; }

    /// <summary>Who the agents are.</summary>
    IAgentIdentityCatalog AgentIdentities { get; }

    /// <summary>The groups of agents.</summary>
    IAgentGroupCatalog AgentGroups { get; }

    /// <summary>The tokens with which machines become agents.</summary>
    IEnrollmentTokenCatalog EnrollmentTokens { get; }

    /// <summary>The people who may use the server.</summary>
    IUserCatalog Users { get; }

    /// <summary>The tokens by which scripts use the server.</summary>
    IApiTokenCatalog ApiTokens { get; }

    /// <summary>What waits for a second administrator.</summary>
    IRemovalRequestCatalog RemovalRequests { get; }

    /// <summary>What was done, and by whom.</summary>
    IAuditCatalog Audit { get; }

    /// <summary>The server's own settings.</summary>
    ISettingCatalog Settings { get; }

    /// <summary>When data of the repositories was read back.</summary>
    IVerificationCatalog Verifications { get; }
}
