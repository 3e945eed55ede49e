using System.Text;
using HandyBackup.Testing.PostgreSql;

namespace HandyBackup.Sources.PostgreSql.Tests;

[Collection("The set of databases")]
public class DumpTests(PostgresFixture postgres)
{
    private string Server => $"127.0.0.1:{postgres.Server.Port}";

    [Fact]
    public async Task Dumps_restore_into_a_fresh_server()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using ISourceSession session = await postgres.Options.OpenAsync();
        string folder = Directory.CreateTempSubdirectory("hb-dump-").FullName;
        try
        {
            string dump = Path.Combine(folder, "shop.dump");
            string globals = Path.Combine(folder, "globals.sql");
            await ReadToFileAsync(session, $"{Server}/shop/database.dump", dump);
            await ReadToFileAsync(session, $"{Server}/globals.sql", globals);

            await using PostgresServer fresh = await PostgresServer.StartAsync(cancellationToken);
            // One statement fails, as PostgreSQL's manual says it may: the role postgres is there already.
            await fresh.RunClientAsync("psql", ["--no-psqlrc", "--quiet", "--dbname=postgres", "--file", globals], cancellationToken);
            // It has brought the first server's passwords along.
            await fresh.RunWithPasswordOfAsync(postgres.Server, "pg_restore", ["--create", "--dbname=postgres", dump], cancellationToken);
            const string fingerprint = "SELECT count(*), md5(string_agg(name, ',' ORDER BY id)), (SELECT tableowner FROM pg_tables WHERE tablename = 'article') FROM article";
            Assert.Equal(
                await postgres.Server.QueryAsync("shop", fingerprint, cancellationToken),
                await fresh.RunWithPasswordOfAsync(postgres.Server, "psql", ["-At", "--dbname=shop", "--command", fingerprint], cancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Database_with_a_tricky_name_is_dumped()
    {
        await using ISourceSession session = await postgres.Options.OpenAsync();
        string name = Encoding.UTF8.GetString(DatabaseFolder.ItemNameOf(PostgresFixture.TrickyName));
        using var dump = new MemoryStream();
        await session.ReadToAsync(await session.FindAsync($"{Server}/{name}/database.dump"), dump);
        // The custom format begins with this word (pg_backup_archiver.c).
        Assert.Equal("PGDMP", Encoding.ASCII.GetString(dump.ToArray().AsSpan(0, 5)));
    }

    [Fact]
    public async Task Dump_that_is_cut_short_fails_at_its_end()
    {
        await using ISourceSession session = await postgres.Options.OpenAsync();
        await using ISourceReader reader = await session.OpenReadAsync(await session.FindAsync($"{Server}/shop/database.dump"), TestContext.Current.CancellationToken);
        byte[] buffer = new byte[1000];
        Assert.True(await reader.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0);
        await postgres.Server.QueryAsync("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop'", TestContext.Current.CancellationToken);
        SourceException e = await Assert.ThrowsAsync<SourceException>(async () =>
        {
            while (await reader.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0)
            {
            }
        });
        Assert.Equal(SourceError.Unreadable, e.Error);
        Assert.Contains("exit code 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dump_of_a_database_that_is_gone_fails_with_the_servers_reason()
    {
        await postgres.Server.QueryAsync("postgres", "CREATE DATABASE shortlived", TestContext.Current.CancellationToken);
        await using ISourceSession session = await postgres.Options.OpenAsync(null, true, "shortlived");
        SourceItem dump = await session.FindAsync($"{Server}/shortlived/database.dump");
        await postgres.Server.QueryAsync("postgres", "DROP DATABASE shortlived", TestContext.Current.CancellationToken);
        SourceException e = await Assert.ThrowsAsync<SourceException>(() => session.ReadToAsync(dump, Stream.Null));
        Assert.Contains("\"shortlived\" does not exist", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reader_that_is_left_early_ends_the_program()
    {
        await using ISourceSession session = await postgres.Options.OpenAsync();
        ISourceReader reader = await session.OpenReadAsync(await session.FindAsync($"{Server}/shop/database.dump"), TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(new byte[10], TestContext.Current.CancellationToken) > 0);
        await reader.DisposeAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        // The server notices the lost connection when it writes next.
        while (await postgres.Server.QueryAsync("postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Handy Backup' AND datname = 'shop'", limit.Token) != "0")
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private static async Task ReadToFileAsync(ISourceSession session, string path, string file)
    {
        await using FileStream stream = File.Create(file);
        Assert.True(await session.ReadToAsync(await session.FindAsync(path), stream) > 0);
    }
}
