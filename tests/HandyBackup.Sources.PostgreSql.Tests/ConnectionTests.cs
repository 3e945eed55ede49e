namespace HandyBackup.Sources.PostgreSql.Tests;

public class ConnectionTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Test_succeeds_with_the_right_options() =>
        Assert.Null(await Record.ExceptionAsync(() => Create(postgres.Options).TestAsync(TestContext.Current.CancellationToken)));

    [Fact]
    public async Task Wrong_password_is_refused_without_showing_it()
    {
        PostgreSqlOptions options = postgres.Options;
        options.Password = "open-sesame";
        SourceException e = await Assert.ThrowsAsync<SourceException>(() => Create(options).TestAsync(TestContext.Current.CancellationToken));
        Assert.Equal(SourceError.Unavailable, e.Error);
        Assert.Contains("password authentication failed", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("open-sesame", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_does_not_answer_is_named()
    {
        PostgreSqlOptions options = postgres.Options;
        options.Port = 1;
        SourceException e = await Assert.ThrowsAsync<SourceException>(() => Create(options).OpenAsync(new SourceSessionRequest { OnIssue = _ => { } }, TestContext.Current.CancellationToken));
        Assert.Equal(SourceError.Unavailable, e.Error);
        Assert.Contains("127.0.0.1:1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_programs_are_named_with_advice()
    {
        PostgreSqlOptions options = postgres.Options;
        options.ProgramFolder = "/no/such/folder";
        SourceException e = await Assert.ThrowsAsync<SourceException>(() => Create(options).TestAsync(TestContext.Current.CancellationToken));
        Assert.Contains("/no/such/folder", e.Message, StringComparison.Ordinal);
        Assert.Contains("ProgramFolder", e.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(PostgreSqlOptions.Port))]
    [InlineData(nameof(PostgreSqlOptions.Host))]
    [InlineData(nameof(PostgreSqlOptions.User))]
    [InlineData(nameof(PostgreSqlOptions.LockTimeout))]
    public void Bad_option_is_named(string option)
    {
        var options = new PostgreSqlOptions();
        typeof(PostgreSqlOptions).GetProperty(option)!.SetValue(options, option is "Port" or "LockTimeout" ? 0 : "");
        SourceException e = Assert.Throws<SourceException>(() => Create(options));
        Assert.Equal(SourceError.OptionInvalid, e.Error);
        Assert.Equal(option, e.Option);
    }

    private static ISource Create(PostgreSqlOptions options) => new PostgreSqlSourceFactory().Create(options);
}
