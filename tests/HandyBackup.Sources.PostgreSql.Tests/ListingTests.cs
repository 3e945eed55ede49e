using System.Text;

namespace HandyBackup.Sources.PostgreSql.Tests;

[Collection("The set of databases")]
public class ListingTests(PostgresFixture postgres)
{
    private string Server => $"127.0.0.1:{postgres.Server.Port}";

    [Fact]
    public async Task Server_shows_databases_and_globals_in_byte_order()
    {
        await using ISourceSession session = await postgres.Options.OpenAsync();
        Assert.Equal([Server], await session.NamesAsync(null));
        string tricky = Encoding.UTF8.GetString(DatabaseFolder.ItemNameOf(PostgresFixture.TrickyName));
        Assert.Equal([tricky, "blog", "globals.sql", "postgres", "shop"], await session.NamesAsync(await session.FindAsync(Server)));
        Assert.Equal(["database.dump"], await session.NamesAsync(await session.FindAsync($"{Server}/shop")));
        Assert.Null((await session.FindAsync($"{Server}/shop/database.dump")).Size);
        Assert.Equal(["/" + Server], session.Paths);
    }

    [Fact]
    public async Task Paths_choose_databases_and_leave_globals_out()
    {
        var issues = new List<SourceIssue>();
        await using ISourceSession session = await postgres.Options.OpenAsync(issues, applyExcludes: true, "s*", "nothere");
        Assert.Equal(["shop"], await session.NamesAsync(await session.FindAsync(Server)));
        Assert.Equal([$"/{Server}/shop"], session.Paths);
        Assert.Equal("nothere", Encoding.UTF8.GetString(Assert.Single(issues).Path.Span));
    }

    [Fact]
    public async Task No_path_that_exists_is_an_error_that_names_it()
    {
        SourceException e = await Assert.ThrowsAsync<SourceException>(() => postgres.Options.OpenAsync(null, true, "nothere"));
        Assert.Equal(SourceError.NotFound, e.Error);
        Assert.Contains("nothere", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Excludes_count_for_a_backup_and_not_for_browsing()
    {
        PostgreSqlOptions options = postgres.Options;
        options.Exclude = ["shop", "-we*"];
        await using ISourceSession backup = await options.OpenAsync(applyExcludes: true);
        Assert.Equal(["blog", "globals.sql", "postgres"], await backup.NamesAsync(await backup.FindAsync(Server)));
        await using ISourceSession browsing = await options.OpenAsync(applyExcludes: false);
        Assert.Contains("shop", await browsing.NamesAsync(await browsing.FindAsync(Server)));
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("..", "%2E%2E")]
    [InlineData("50%", "50%25")]
    [InlineData("größe", "größe")]
    public void Database_name_becomes_a_safe_item_name(string database, string name) =>
        Assert.Equal(name, Encoding.UTF8.GetString(DatabaseFolder.ItemNameOf(database)));
}
