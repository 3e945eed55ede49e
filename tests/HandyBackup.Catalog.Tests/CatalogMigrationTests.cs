using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class CatalogMigrationTests : CatalogFixture
{
    [Fact]
    public async Task Catalog_of_version_1_keeps_all_it_knew()
    {
        await PutAsync("catalog-0001.sql");
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
    public async Task Catalog_of_version_5_gives_its_agents_ids_and_keeps_what_they_said()
    {
        await PutAsync("catalog-0005.sql");

        await using SqliteCatalog catalog = await OpenAsync();
        List<AgentIdentityRecord> identities = await catalog.AgentIdentities.ListAsync(Token).ToListAsync(Token);
        List<AgentRecord> agents = await catalog.Agents.ListAsync(Token).ToListAsync(Token);
        AgentIdentityRecord embedded = await catalog.AgentIdentities.SaveEmbeddedAsync("WORKSHOP", Samples.Time, Token);

        Assert.Equal(["laptop", "Old name", "Workshop"], identities.Select(agent => agent.Identity.Name));
        Assert.Equal([false, false, true], identities.Select(agent => agent.Identity.IsEmbedded));
        Assert.Equal(3, identities.Select(agent => agent.Identity.Id).Distinct().Count());
        Assert.All(identities, agent => Assert.Equal((AgentKind.Server, AgentStatus.Approved, null, null), (agent.Identity.Kind, agent.Identity.Status, agent.Serial, agent.PreviousSerial)));
        Assert.All(identities, agent => Assert.Equal((4, 2), (agent.Identity.Id.Version, agent.Identity.Id.Variant >> 2)));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 10, 30, 0, TimeSpan.Zero), identities[2].Identity.LastSeen);
        Assert.Equal(["laptop", "Old name", "Workshop"], agents.Select(agent => agent.Description.Name));
        Assert.Equal(identities[2].Identity.Id, embedded.Identity.Id);
        Assert.Equal(5, (await catalog.Repositories.FindAsync("main", Token))!.ParityPercent);
        Assert.Empty(await catalog.EnrollmentTokens.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Catalog_of_version_7_turns_the_texts_of_groups_into_groups()
    {
        await PutAsync("catalog-0007.sql");

        await using SqliteCatalog catalog = await OpenAsync();
        List<AgentGroupRecord> groups = await catalog.AgentGroups.ListAsync(Token).ToListAsync(Token);
        Dictionary<string, AgentIdentity> agents = await catalog.AgentIdentities.ListAsync(Token).Select(agent => agent.Identity).ToDictionaryAsync(agent => agent.Name, cancellationToken: Token);
        IReadOnlyList<GrantRecord> anna = (await catalog.Users.FindAsync("anna", Token))!.Grants;
        GrantRecord script = Assert.Single((await catalog.ApiTokens.ListAsync(Token).SingleAsync(Token)).Grants);

        // One group for what differs in case alone, also beyond ASCII; those that nobody but a token or a grant named are there too.
        Assert.Equal(["BÜRO", "Servers", "Visitors", "Workshop"], groups.Select(group => group.Name));
        Assert.All(groups, group => Assert.Equal((4, 2, null), (group.Id.Version, group.Id.Variant >> 2, group.Rule)));
        Assert.Equal([agents["laptop"].Id, agents["desk"].Id], groups[0].Listed.Order());
        Assert.All(groups[1..], group => Assert.Empty(group.Listed));
        Assert.All(agents.Values, agent => Assert.Empty(agent.Tags));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero), groups[0].Created);
        Assert.InRange(groups[3].Created, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));
        Assert.Equal(["Visitors", null], await catalog.EnrollmentTokens.ListAsync(Token).Select(token => token.Info.Group).ToListAsync(Token));
        Assert.Equal([Role.Operator, Role.Auditor], anna.Select(grant => grant.Role));
        Assert.Equal([groups[0].Id, groups[1].Id], anna[0].Groups);
        Assert.Equal(["repository"], anna[0].Repositories);
        Assert.Empty(anna[1].Groups);
        Assert.Empty((await catalog.Users.FindAsync("bert", Token))!.Grants);
        Assert.Equal([groups[3].Id], script.Groups);
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

    private async Task PutAsync(string baseline)
    {
        using Stream stream = typeof(CatalogMigrationTests).Assembly.GetManifestResourceStream(baseline)!;
        using var reader = new StreamReader(stream);
        Execute(await reader.ReadToEndAsync(Token));
    }
}
