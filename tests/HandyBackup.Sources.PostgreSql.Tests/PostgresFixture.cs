using HandyBackup.Sources.PostgreSql.Tests;
using HandyBackup.Testing.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace HandyBackup.Sources.PostgreSql.Tests;

/// <summary>One real server for all tests of this project: databases <c>shop</c>, <c>blog</c> and one with a name full of traps.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    /// <summary>A name that tries to be a path, an option, a connection string and a quote.</summary>
    public const string TrickyName = "-we/ird%2F host='x' \"name\\";

    private PostgresServer? _server;

    /// <summary>The server.</summary>
    public PostgresServer Server
    {
        get
        {
            PostgresServer.SkipUnlessInstalled();
            return _server!;
        }
    }

    /// <summary>Options that reach it.</summary>
    public PostgreSqlOptions Options => new() { Host = "127.0.0.1", Port = Server.Port, Password = Server.Password };

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!File.Exists("/usr/lib/postgresql/15/bin/initdb"))
        {
            return;
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        _server = await PostgresServer.StartAsync(limit.Token);
        await _server.QueryAsync("postgres", "CREATE ROLE clerk LOGIN", limit.Token);
        foreach (string name in new[] { "shop", "blog", TrickyName })
        {
            await _server.QueryAsync("postgres", $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", limit.Token);
        }

        await _server.QueryAsync("shop", "CREATE TABLE article (id int PRIMARY KEY, name text); ALTER TABLE article OWNER TO clerk; INSERT INTO article SELECT i, md5(i::text) FROM generate_series(1, 200000) i", limit.Token);
        await _server.QueryAsync("blog", "CREATE TABLE post (id int, body text); INSERT INTO post VALUES (1, 'hello')", limit.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
