namespace HandyBackup.Catalog;

/// <summary>The catalog in one SQLite file.</summary>
public sealed class SqliteCatalog : ICatalog
{
    private readonly SqliteDatabase _database;

    private SqliteCatalog(SqliteDatabase database)
    {
        _database = database;
        Repositories = new SqliteRepositories(database);
        Tasks = new SqliteTasks(database);
        Runs = new SqliteRuns(database);
        RunLog = new SqliteRunLog(database);
        Agents = new SqliteAgents(database);
        AgentIdentities = new SqliteAgentIdentities(database);
        AgentGroups = new SqliteAgentGroups(database);
        EnrollmentTokens = new SqliteEnrollmentTokens(database);
        Users = new SqliteUsers(database);
        ApiTokens = new SqliteApiTokens(database);
        RemovalRequests = new SqliteRemovalRequests(database);
        Audit = new SqliteAudit(database);
        Settings = new SqliteSettings(database);
        Verifications = new SqliteVerifications(database);
    }

    /// <inheritdoc/>
    public IRepositoryCatalog Repositories { get; }

    /// <inheritdoc/>
    public ITaskCatalog Tasks { get; }

    /// <inheritdoc/>
    public IRunCatalog Runs { get; }

    /// <inheritdoc/>
    public IRunLogCatalog RunLog { get; }

    /// <inheritdoc/>
    public IAgentCatalog Agents { get; }

    /// <inheritdoc/>
    public IAgentIdentityCatalog AgentIdentities { get; }

    /// <inheritdoc/>
    public IAgentGroupCatalog AgentGroups { get; }

    /// <inheritdoc/>
    public IEnrollmentTokenCatalog EnrollmentTokens { get; }

    /// <inheritdoc/>
    public IUserCatalog Users { get; }

    /// <inheritdoc/>
    public IApiTokenCatalog ApiTokens { get; }

    /// <inheritdoc/>
    public IRemovalRequestCatalog RemovalRequests { get; }

    /// <inheritdoc/>
    public IAuditCatalog Audit { get; }

    /// <inheritdoc/>
    public ISettingCatalog Settings { get; }

    /// <inheritdoc/>
    public IVerificationCatalog Verifications { get; }

    /// <summary>Opens a catalog, creates it if the file does not exist, and brings an older one to the newest version in one transaction.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="Contracts.HandyBackupException"><see cref="Contracts.ErrorCode.CatalogNewer"/>, <see cref="Contracts.ErrorCode.CatalogDamaged"/>
    /// or <see cref="Contracts.ErrorCode.DataPathUnusable"/>.</exception>
    public static Task<SqliteCatalog> OpenAsync(string path, CancellationToken cancellationToken) => OpenAsync(path, CatalogMigration.All, cancellationToken);

    /// <summary>Verifies that a catalog's file is sound in itself. The catalog must not be open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading, which takes as long as reading the file does.</param>
    /// <exception cref="Contracts.HandyBackupException"><see cref="Contracts.ErrorCode.CatalogDamaged"/> or <see cref="Contracts.ErrorCode.DataPathUnusable"/>.</exception>
    public static Task VerifyAsync(string path, CancellationToken cancellationToken) => SqliteCopy.VerifyAsync(path, cancellationToken);

    /// <summary>Writes all that was committed until now into another file, which is a catalog of its own. Meanwhile this one can be read and written.</summary>
    /// <param name="path">The file: there must be none, or an empty one.</param>
    /// <param name="cancellationToken">Stops the copying; what was written then is of no use.</param>
    /// <exception cref="Contracts.HandyBackupException"><see cref="Contracts.ErrorCode.CatalogDamaged"/> or <see cref="Contracts.ErrorCode.DataPathUnusable"/>.</exception>
    public Task CopyToAsync(string path, CancellationToken cancellationToken) => SqliteCopy.WriteAsync(_database.Path, path, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>Opens a catalog with other migrations than the program's own, for tests.</summary>
    internal static async Task<SqliteCatalog> OpenAsync(string path, IReadOnlyList<CatalogMigration> migrations, CancellationToken cancellationToken) =>
        new(await SqliteDatabase.OpenAsync(path, migrations, cancellationToken));
}
