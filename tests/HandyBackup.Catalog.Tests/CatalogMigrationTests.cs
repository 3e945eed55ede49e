using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class CatalogMigrationTests : CatalogFixture
{
    [Fact]
    public async Task Catalog_of_version_1_keeps_all_it_knew()
    {
        using (Stream stream = typeof(CatalogMigrationTests).Assembly.GetManifestResourceStream("catalog-0001.sql")!)
        using (var reader = new StreamReader(stream))
        {
            Execute(await reader.ReadToEndAsync(Token));
        }

        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord? repository = await catalog.Repositories.FindAsync("MAIN", Token);
        TaskRecord? task = await catalog.Tasks.FindAsync("docs", Token);
        Run? run = await catalog.Runs.FindLastOfTaskAsync(task!.Id, Token);
        List<RunLogEntry> log = await catalog.RunLog.ListAsync(run!.Id, RunLogLevel.Information, Token).ToListAsync(Token);
        List<AgentRecord> agents = await catalog.Agents.ListAsync(Token).ToListAsync(Token);

        Assert.Equal("/srv/backup", repository!.Path);
        Assert.Equal([1, 2, 3], repository.SealedPassword);
        Assert.Equal((TimeSpan.FromDays(7), TimeSpan.FromDays(1), null, 0), (repository.RemovalGrace, repository.SweepGrace, repository.OptimizedSnapshots, repository.RemovedSnapshots));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 30, 0, TimeSpan.Zero), repository.Added);
        Assert.Equal("main", task.Definition.Repository);
        Assert.Equal(["/usr/share"], task.Definition.Selection.Paths);
        Assert.Equal("true", task.Definition.Selection.Options["OneFileSystem"].GetRawText());
        Assert.Equal(RunState.CompletedWithWarnings, run.State);
        Assert.Equal(1234, run.Progress.Bytes);
        Assert.Equal((ErrorCode.ItemUnreadable, "usr/share/x"), (log.Single().Code, log.Single().Path));
        Assert.Equal("workshop", agents.Single().Description.Name);
        Assert.Equal([7], await catalog.Settings.FindAsync("server-key-check", Token));
    }

    [Fact]
    public async Task Newer_catalog_is_refused_and_left_alone()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("PRAGMA user_version = 99");

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(OpenAsync);

        Assert.Equal(ErrorCode.CatalogNewer, exception.Code);
        Assert.Equal(FilePath, exception.Target);
        Assert.Contains("99", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrations_are_applied_once_and_in_order()
    {
        CatalogMigration[] first = [new(1, "CREATE TABLE a (x)")];
        CatalogMigration[] second = [.. first, new(2, "ALTER TABLE a ADD COLUMN y"), new(3, "INSERT INTO a (x, y) VALUES (1, 2)")];
        await (await SqliteDatabase.OpenAsync(FilePath, first, Token)).DisposeAsync();
        await (await SqliteDatabase.OpenAsync(FilePath, second, Token)).DisposeAsync();
        await using SqliteDatabase database = await SqliteDatabase.OpenAsync(FilePath, second, Token);

        List<(long, long)> rows = await database.ReadAsync(c => c.Query("SELECT x, y FROM a", row => (row.GetInt64(0), row.GetInt64(1))), Token);

        Assert.Equal([(1, 2)], rows);
    }

    [Fact]
    public async Task Failed_migration_leaves_the_older_catalog_whole()
    {
        CatalogMigration[] sound = [new(1, "CREATE TABLE a (x); INSERT INTO a VALUES (5)")];
        CatalogMigration[] broken = [.. sound, new(2, "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)")];
        await (await SqliteDatabase.OpenAsync(FilePath, sound, Token)).DisposeAsync();

        await Assert.ThrowsAsync<HandyBackupException>(() => SqliteDatabase.OpenAsync(FilePath, broken, Token));

        await using SqliteDatabase database = await SqliteDatabase.OpenAsync(FilePath, sound, Token);
        Assert.Equal([5], await database.ReadAsync(c => c.Query("SELECT x FROM a", row => row.GetInt64(0)), Token));
        Assert.Equal([0], await database.ReadAsync(c => c.Query("SELECT count(*) FROM sqlite_master WHERE name = 'b'", row => row.GetInt64(0)), Token));
    }
}
