using System.Globalization;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <summary>
/// The catalog's file. SQLite has one writer at a time, so writes share one connection and take turns; reads use pooled connections and see
/// the last committed state (write-ahead log). SQLite's calls are synchronous and short, which is why they run on the caller's thread.
/// </summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    /// <summary>How long a statement waits for another process, such as a backup of the catalog itself.</summary>
    private const int BusySeconds = 15;

    private readonly string _connectionString;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SqliteConnection _writer;
    private bool _isClosed;

    private SqliteDatabase(string path)
    {
        Path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            DefaultTimeout = BusySeconds,
            Pooling = true,
        }.ToString();
        _writer = new SqliteConnection(_connectionString);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Opens the file, creates it if there is none, and brings its tables to the newest version.</summary>
    public static async Task<SqliteDatabase> OpenAsync(string path, IReadOnlyList<CatalogMigration> migrations, CancellationToken cancellationToken)
    {
        var database = new SqliteDatabase(path);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            database.Prepare(migrations);
            return database;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            await database.DisposeAsync();
            throw SqliteErrors.Translate(exception, path);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one transaction that reads.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            return Task.FromResult(read(connection));
        }
        catch (SqliteException exception)
        {
            return Task.FromException<T>(SqliteErrors.Translate(exception, Path));
        }
    }

    /// <summary>Runs one transaction that writes. When it returns, the change survives a loss of power; when it fails, nothing was changed.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            using SqliteTransaction transaction = _writer.BeginTransaction(deferred: false);
            T result = write(_writer);
            transaction.Commit();
            return result;
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Translate(exception, Path);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A write is not torn apart, though whoever asked for it has not heard that the catalog is closed.
        await _writing.WaitAsync(CancellationToken.None);
        _isClosed = true;
        await _writer.DisposeAsync();
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writing.Release();
    }

    private void Prepare(IReadOnlyList<CatalogMigration> migrations)
    {
        CreateOwnerOnly(Path);
        _writer.Open();
        // For migrations: SQLite's own upper() knows only ASCII.
        _writer.CreateFunction("name_key", static (string? name) => name is null ? null : NameKey.Of(name), isDeterministic: true);
        _writer.Execute("PRAGMA journal_mode = WAL");
        // With FULL a commit is durable when it returns; WAL's usual NORMAL loses the last ones with the power.
        _writer.Execute("PRAGMA synchronous = FULL");
        int newest = migrations[^1].Version;
        using SqliteTransaction transaction = _writer.BeginTransaction(deferred: false);
        int version = (int)_writer.Query("PRAGMA user_version", static row => row.GetInt64(0))[0];
        if (version > newest)
        {
            throw new HandyBackupException(ErrorCode.CatalogNewer, $"The catalog '{Path}' has version {version}, and this program knows versions up to {newest}.")
            {
                Target = Path,
                Advice = "Start the newer version of Handy Backup that wrote it.",
            };
        }

        foreach (CatalogMigration migration in migrations)
        {
            if (migration.Version > version)
            {
                _writer.Execute(migration.Sql);
                _writer.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {migration.Version}"));
            }
        }

        transaction.Commit();
    }

    // SQLite gives the write-ahead log the rights of the main file, so it is enough to make that one private.
    private static void CreateOwnerOnly(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
    }
}
