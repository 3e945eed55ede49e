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
    public ISettingCatalog Settings { get; }

    /// <inheritdoc/>
    public IVerificationCatalog Verifications { get; }

    /// <summary>Opens a catalog, creates it if the file does not exist, and brings an older one to the newest version in one transaction.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="Contracts.HandyBackupException"><see cref="Contracts.ErrorCode.CatalogNewer"/>, <see cref="Contracts.ErrorCode.CatalogDamaged"/>
    /// or <see cref="Contracts.ErrorCode.DataPathUnusable"/>.</exception>
    public static Task<SqliteCatalog> OpenAsync(string path, CancellationToken cancellationToken) => OpenAsync(path, CatalogMigration.All, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>Opens a catalog with other migrations than the program's own, for tests.</summary>
    internal static async Task<SqliteCatalog> OpenAsync(string path, IReadOnlyList<CatalogMigration> migrations, CancellationToken cancellationToken) =>
        new(await SqliteDatabase.OpenAsync(path, migrations, cancellationToken));
}
