using System.Management.Automation;
using System.Text;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.Testing.PostgreSql;

namespace HandyBackup.EndToEnd.Tests.PostgreSql;

/// <summary>The main job with databases instead of files.</summary>
public sealed class PostgreSqlJobTests
{
    [Fact(Timeout = 240_000)]
    public async Task A_database_comes_back_in_a_fresh_server_and_its_password_is_nowhere()
    {
        PostgresServer.SkipUnlessInstalled();
        CancellationToken token = TestContext.Current.CancellationToken;
        await using PostgresServer original = await PostgresServer.StartAsync(token);
        await original.QueryAsync("postgres", "CREATE DATABASE shop", token);
        await original.QueryAsync("shop", "CREATE TABLE item (id int PRIMARY KEY, name text); INSERT INTO item SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n", token);
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await session.OutputAsync($"New-HBTask -Name db -Source PostgreSql -Repository main -Option @{{ Host = '127.0.0.1'; Port = {original.Port}; User = 'postgres'; Password = {Secure(original.Password)} }}");

        PSObject run = await session.BackUpAsync("db");

        Assert.True(run.Number("Bytes") > 0);
        IReadOnlyList<PSObject> items = await session.OutputAsync("Get-HBSnapshot -Task db | Get-HBItem -Recurse");
        PSObject dump = Assert.Single(items, item => item.Text("Path").EndsWith("/shop/database.dump", StringComparison.Ordinal));
        await session.OutputAsync($"Get-HBSnapshot -Task db | Restore-HBItem -Path '{dump.Text("Path")}' -Destination ./out -Wait");

        await using PostgresServer fresh = await PostgresServer.StartAsync(token);
        await fresh.QueryAsync("postgres", "CREATE DATABASE shop", token);
        await fresh.RunClientAsync("pg_restore", ["--dbname", "shop", "--exit-on-error", Path.Combine(session.In("out"), dump.Text("Name"))], token);
        const string Compare = "SELECT count(*), sum(id), md5(string_agg(name, ',' ORDER BY id)) FROM item";
        Assert.Equal(await original.QueryAsync("shop", Compare, token), await fresh.QueryAsync("shop", Compare, token));

        byte[] password = Encoding.UTF8.GetBytes(original.Password);
        await session.OutputAsync("Stop-HBServer");
        foreach (string file in Directory.GetFiles(session.DataPath, "*", SearchOption.AllDirectories))
        {
            Assert.True((await File.ReadAllBytesAsync(file, token)).AsSpan().IndexOf(password) < 0, $"The password is in {file}.");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_does_not_answer_or_refuses_the_password_is_named()
    {
        PostgresServer.SkipUnlessInstalled();
        await using PostgresServer server = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await session.OutputAsync($"New-HBTask -Name db -Source PostgreSql -Repository main -Option @{{ Host = '127.0.0.1'; Port = {server.Port}; Password = {Secure("not it")} }}");

        ScriptResult result = await session.RunAsync("Start-HBTask db -Wait");

        Assert.Equal("Failed", result.Single().Text("State"));
        Assert.Equal("SourceUnavailable", result.ErrorIds.First());
        Assert.Contains("127.0.0.1", $"{result.Errors[0].TargetObject} {result.Errors[0]}", StringComparison.Ordinal);
        Assert.DoesNotContain("not it", $"{result.Errors[0]}", StringComparison.Ordinal);
        Assert.Empty(await session.OutputAsync("Get-HBSnapshot"));
    }

    private static string Secure(string password) => $"[Net.NetworkCredential]::new('', '{password}').SecurePassword";
}
