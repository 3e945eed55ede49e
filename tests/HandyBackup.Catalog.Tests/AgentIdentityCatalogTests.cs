using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class AgentIdentityCatalogTests : CatalogFixture
{
    [Fact]
    public async Task Agent_inside_the_server_keeps_its_id_and_takes_no_name_from_another()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        AgentIdentityRecord other = await EnrollAsync(catalog, Samples.Agent("laptop"));

        AgentIdentityRecord beside = await catalog.AgentIdentities.SaveEmbeddedAsync("LAPTOP", Samples.Time, Token);
        AgentIdentityRecord renamed = await catalog.AgentIdentities.SaveEmbeddedAsync("Server", Samples.Time.AddHours(1), Token);
        AgentIdentityRecord kept = await catalog.AgentIdentities.SaveEmbeddedAsync("laptop", Samples.Time.AddHours(2), Token);

        Assert.Equal(("LAPTOP (server)", "Server", "Server"), (beside.Identity.Name, renamed.Identity.Name, kept.Identity.Name));
        Assert.Equal((beside.Identity.Id, beside.Identity.Id), (renamed.Identity.Id, kept.Identity.Id));
        Assert.Equivalent(kept, await catalog.AgentIdentities.FindAsync(kept.Identity.Id, Token), strict: true);
        Assert.Equal((AgentStatus.Approved, true, null), (kept.Identity.Status, kept.Identity.IsEmbedded, kept.Serial));
        Assert.Equal("laptop", (await catalog.AgentIdentities.FindAsync(other.Identity.Id, Token))!.Identity.Name);
        HandyBackupException taken = await Assert.ThrowsAsync<HandyBackupException>(() => EnrollAsync(catalog, Samples.Agent("SERVER")));
        Assert.Equal(ErrorCode.AgentExists, taken.Code);
    }

    [Fact]
    public async Task Tasks_follow_the_agent_inside_the_server_to_its_new_name()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord repository = Samples.Repository("main");
        await catalog.Repositories.AddAsync(repository, Token);
        await catalog.Tasks.AddAsync(Samples.Task("docs", repository), Token);
        TaskRecord other = Samples.Task("other", repository);
        await catalog.Tasks.AddAsync(other with { Definition = other.Definition with { Agent = "elsewhere" } }, Token);
        var description = new AgentDescription { Name = "Here", HostName = "h", OperatingSystem = "o", UserName = "u", Version = "1", Sources = [] };
        await catalog.Agents.SaveAsync(new AgentRecord(description, true, Samples.Time), Token);
        await catalog.AgentIdentities.SaveEmbeddedAsync("Here", Samples.Time, Token);

        await catalog.AgentIdentities.SaveEmbeddedAsync("There", Samples.Time, Token);

        Assert.Equal(["There", "elsewhere"], await catalog.Tasks.ListAsync(Token).Select(task => task.Definition.Agent).ToListAsync(Token));
        Assert.Empty(await catalog.Agents.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Status_changes_only_from_the_one_that_was_expected()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Guid id = (await EnrollAsync(catalog, Samples.Agent(status: AgentStatus.Pending))).Identity.Id;

        Assert.False(await catalog.AgentIdentities.ChangeStatusAsync(id, AgentStatus.Suspended, AgentStatus.Approved, Token));
        Assert.True(await catalog.AgentIdentities.ChangeStatusAsync(id, AgentStatus.Pending, AgentStatus.Approved, Token));
        Assert.False(await catalog.AgentIdentities.ChangeStatusAsync(Guid.NewGuid(), AgentStatus.Pending, AgentStatus.Approved, Token));

        Assert.Equal(AgentStatus.Approved, (await catalog.AgentIdentities.FindAsync(id, Token))!.Identity.Status);
    }

    [Fact]
    public async Task Certificate_before_is_good_until_the_newest_was_used()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        IAgentIdentityCatalog agents = catalog.AgentIdentities;
        Guid id = (await EnrollAsync(catalog, Samples.Agent(serial: 1))).Identity.Id;

        Assert.False(await agents.RenewAsync(id, [9], [2], Token));
        Assert.True(await agents.RenewAsync(id, [1], [2], Token));
        // Its answer was lost, so the agent asks again with what it has.
        Assert.True(await agents.RenewAsync(id, [1], [3], Token));
        Assert.False(await agents.SetSeenAsync(id, [2], null, Samples.Time, Token));
        Assert.True(await agents.SetSeenAsync(id, [1], "192.0.2.1", Samples.Time.AddDays(1), Token));
        AgentIdentityRecord before = (await agents.FindAsync(id, Token))!;
        Assert.True(await agents.SetSeenAsync(id, [3], "192.0.2.2", Samples.Time.AddDays(2), Token));
        Assert.False(await agents.SetSeenAsync(id, [1], "192.0.2.3", Samples.Time.AddDays(3), Token));
        AgentIdentityRecord after = (await agents.FindAsync(id, Token))!;

        Assert.Equal([1], before.PreviousSerial);
        Assert.Equal([3], after.Serial);
        Assert.Null(after.PreviousSerial);
        Assert.Equal((Samples.Time.AddDays(2), "192.0.2.2"), (after.Identity.LastSeen, after.Identity.LastAddress));
    }

    [Fact]
    public async Task Suspended_agent_is_neither_seen_nor_renewed()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Guid id = (await EnrollAsync(catalog, Samples.Agent(status: AgentStatus.Suspended))).Identity.Id;

        Assert.False(await catalog.AgentIdentities.SetSeenAsync(id, [1], null, Samples.Time, Token));
        Assert.False(await catalog.AgentIdentities.RenewAsync(id, [1], [2], Token));
    }

    [Fact]
    public async Task Removed_agent_leaves_its_runs_and_the_mark_that_it_was_removed()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord repository = Samples.Repository("main");
        await catalog.Repositories.AddAsync(repository, Token);
        TaskRecord task = Samples.Task("docs", repository);
        await catalog.Tasks.AddAsync(task with { Definition = task.Definition with { Agent = "ÄGENT" } }, Token);
        await catalog.Tasks.AddAsync(Samples.Task("other", repository), Token);
        AgentIdentityRecord agent = await EnrollAsync(catalog, Samples.Agent("ägent"));
        var description = new AgentDescription { Name = "Ägent", HostName = "h", OperatingSystem = "o", UserName = "u", Version = "1", Sources = [] };
        await catalog.Agents.SaveAsync(new AgentRecord(description, false, Samples.Time), Token);

        HandyBackupException used = await Assert.ThrowsAsync<HandyBackupException>(() => catalog.AgentIdentities.RemoveAsync(agent.Identity.Id, removeTasks: false, Samples.Time, Token));
        Assert.False(await catalog.AgentIdentities.IsRevokedAsync(agent.Identity.Id, Token));
        Assert.True(await catalog.AgentIdentities.RemoveAsync(agent.Identity.Id, removeTasks: true, Samples.Time, Token));
        Assert.False(await catalog.AgentIdentities.RemoveAsync(agent.Identity.Id, removeTasks: true, Samples.Time, Token));

        Assert.Equal((ErrorCode.AgentInUse, "ägent"), (used.Code, used.Target));
        Assert.Null(await catalog.AgentIdentities.FindAsync(agent.Identity.Id, Token));
        Assert.True(await catalog.AgentIdentities.IsRevokedAsync(agent.Identity.Id, Token));
        Assert.Empty(await catalog.Agents.ListAsync(Token).ToListAsync(Token));
        Assert.Equal(["other"], await catalog.Tasks.ListAsync(Token).Select(left => left.Definition.Name).ToListAsync(Token));
    }

    private async Task<AgentIdentityRecord> EnrollAsync(SqliteCatalog catalog, AgentIdentityRecord agent)
    {
        string token = Guid.NewGuid().ToString("N")[..16];
        await catalog.EnrollmentTokens.AddAsync(Samples.Token(token), Token);
        Assert.True(await catalog.EnrollmentTokens.RedeemAsync(token, agent, Samples.Time, Token));
        return agent;
    }
}
