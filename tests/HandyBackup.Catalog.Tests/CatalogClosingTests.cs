namespace HandyBackup.Catalog.Tests;

/// <summary>What happens to writes when the catalog is closed.</summary>
public sealed class CatalogClosingTests : CatalogFixture
{
    [Fact]
    public async Task Closing_waits_for_the_write_that_is_under_way_and_refuses_those_after_it()
    {
        SqliteDatabase database = await SqliteDatabase.OpenAsync(FilePath, CatalogMigration.All, Token);
        using var begun = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        Task<int> writing = Task.Run(
            () => database.WriteAsync(
                connection =>
                {
                    begun.Release();
                    mayEnd.Wait(Token);
                    return connection.Execute("CREATE TABLE written (id INTEGER)");
                },
                Token),
            Token);
        await begun.WaitAsync(Token);

        Task closing = database.DisposeAsync().AsTask();
        Task<int> late = Task.Run(() => database.WriteAsync(connection => connection.Execute("CREATE TABLE late (id INTEGER)"), Token), Token);
        Assert.False(closing.IsCompleted);
        mayEnd.Release();

        await writing;
        await closing.WaitAsync(Token);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late);
        Execute("INSERT INTO written VALUES (1)");
    }
}
