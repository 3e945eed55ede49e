using HandyBackup.Testing;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog.Tests;

/// <summary>A catalog file of its own for each test.</summary>
public abstract class CatalogFixture : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    protected CatalogFixture() => _limit.CancelAfter(TimeSpan.FromSeconds(30));

    protected CancellationToken Token => _limit.Token;

    protected string FilePath => _folder.Combine("catalog.db");

    protected Task<SqliteCatalog> OpenAsync() => SqliteCatalog.OpenAsync(FilePath, Token);

    /// <summary>Runs statements on the file, past the catalog.</summary>
    protected void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _limit.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
