using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class AgentGroupCatalogTests : CatalogFixture
{
    [Fact]
    public async Task Group_survives_reopening_with_every_property()
    {
        AgentGroupRecord group;
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            group = Samples.Group("office", await EnrollAsync(catalog, "one"), await EnrollAsync(catalog, "two"));
            await catalog.AgentGroups.AddAsync(group, Token);
            await catalog.AgentGroups.AddAsync(Samples.Group("empty") with { Rule = null }, Token);
        }

        await using SqliteCatalog reopened = await OpenAsync();
        Assert.Equivalent(group, await reopened.AgentGroups.FindAsync("OFFICE", Token), strict: true);
        Assert.Equal(["empty", "office"], await reopened.AgentGroups.ListAsync(Token).Select(found => found.Name).ToListAsync(Token));
        Assert.Equal([0, 2], await reopened.AgentGroups.ListAsync(Token).Select(found => found.Listed.Count).ToListAsync(Token));
        Assert.Null(await reopened.AgentGroups.FindAsync("nobody", Token));
    }

    [Fact]
    public async Task Name_belongs_to_one_group_and_members_are_agents()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.AgentGroups.AddAsync(Samples.Group("office"), Token);
        AgentGroupRecord other = Samples.Group("other");
        await catalog.AgentGroups.AddAsync(other, Token);

        Assert.Equal(ErrorCode.AgentGroupExists, await CodeAsync(() => catalog.AgentGroups.AddAsync(Samples.Group("Office"), Token)));
        Assert.Equal(ErrorCode.AgentGroupExists, await CodeAsync(() => catalog.AgentGroups.ChangeAsync(other.Id, group => group with { Name = "OFFICE" }, Token)));
        Assert.Equal(ErrorCode.AgentNotFound, await CodeAsync(() => catalog.AgentGroups.ChangeAsync(other.Id, group => group with { Listed = new HashSet<Guid> { Guid.NewGuid() } }, Token)));
        Assert.Null(await catalog.AgentGroups.ChangeAsync(Guid.NewGuid(), group => group, Token));
        Assert.Equivalent(other, await catalog.AgentGroups.FindAsync("other", Token), strict: true);
    }

    [Fact]
    public async Task Removed_agent_is_in_no_group_any_more()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Guid agent = await EnrollAsync(catalog, "one");
        await catalog.AgentGroups.AddAsync(Samples.Group("office", agent), Token);

        await catalog.AgentIdentities.RemoveAsync(agent, removeTasks: false, Samples.Time, Token);

        Assert.Empty((await catalog.AgentGroups.FindAsync("office", Token))!.Listed);
    }

    [Fact]
    public async Task Token_lists_its_agents_in_its_group_whatever_it_is_called_by_then()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        AgentGroupRecord group = Samples.Group("office");
        await catalog.AgentGroups.AddAsync(group, Token);
        EnrollmentTokenRecord token = Samples.Token() with { Info = Samples.Token().Info with { Group = "OFFICE" } };
        await catalog.EnrollmentTokens.AddAsync(token, Token);
        await catalog.AgentGroups.ChangeAsync(group.Id, now => now with { Name = "first floor" }, Token);
        AgentIdentityRecord agent = Samples.Agent();

        Assert.True(await catalog.EnrollmentTokens.RedeemAsync(token.Info.Id, agent, Samples.Time, Token));

        Assert.Equal([agent.Identity.Id], (await catalog.AgentGroups.FindAsync("first floor", Token))!.Listed);
        Assert.Equal("first floor", (await catalog.EnrollmentTokens.FindAsync(token.Info.Id, Token))!.Info.Group);
        Assert.Equal(ErrorCode.AgentGroupNotFound, await CodeAsync(() => catalog.EnrollmentTokens.AddAsync(Samples.Token("ff") with { Info = Samples.Token("ff").Info with { Group = "office" } }, Token)));
    }

    [Fact]
    public async Task Group_is_removed_only_when_no_task_no_grant_and_no_usable_token_names_it()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        AgentGroupRecord group = Samples.Group("office");
        await catalog.AgentGroups.AddAsync(group, Token);
        RepositoryRecord repository = Samples.Repository("main");
        await catalog.Repositories.AddAsync(repository, Token);
        TaskRecord task = Samples.Task("docs", repository);
        task = task with { Definition = task.Definition with { Agent = "", Group = "OFFICE", StartWindow = TimeSpan.FromMinutes(90) } };
        await catalog.Tasks.AddAsync(task, Token);
        var user = new UserRecord { Id = Guid.NewGuid(), Name = "anna", Description = "", IsEnabled = true, Grants = [new GrantRecord { Role = Role.Operator, Groups = [group.Id] }], Created = Samples.Time, Changed = Samples.Time };
        await catalog.Users.AddAsync(user, Token);
        EnrollmentTokenRecord token = Samples.Token() with { Info = Samples.Token().Info with { Group = "office" } };
        await catalog.EnrollmentTokens.AddAsync(token, Token);
        TaskDefinition saved = (await catalog.Tasks.FindAsync("docs", Token))!.Definition;
        Assert.Equal(("", "office", TimeSpan.FromMinutes(90)), (saved.Agent, saved.Group, saved.StartWindow));

        Assert.Contains("the task 'docs' and 2 more", await InUseAsync(), StringComparison.Ordinal);
        await catalog.Tasks.RemoveAsync(task.Id, Token);
        Assert.Contains("a grant of the user 'anna' and 1 more", await InUseAsync(), StringComparison.Ordinal);
        await catalog.Users.RemoveAsync(user.Id, Token);
        Assert.Contains($"the enrolment token {token.Info.Id}.", await InUseAsync(), StringComparison.Ordinal);

        // Nobody can enrol with it after its end, so it holds up nothing.
        Assert.True(await catalog.AgentGroups.RemoveAsync(group.Id, token.Info.Expires, Token));
        Assert.False(await catalog.AgentGroups.RemoveAsync(group.Id, token.Info.Expires, Token));
        Assert.Null((await catalog.EnrollmentTokens.FindAsync(token.Info.Id, Token))!.Info.Group);
        Assert.Equal(ErrorCode.AgentGroupNotFound, await CodeAsync(() => catalog.Tasks.AddAsync(task, Token)));

        async Task<string> InUseAsync()
        {
            HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => catalog.AgentGroups.RemoveAsync(group.Id, Samples.Time, Token));
            Assert.Equal((ErrorCode.AgentGroupInUse, "office"), (exception.Code, exception.Target));
            return exception.Message;
        }
    }

    [Fact]
    public async Task Tags_are_changed_from_their_newest_state()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        Guid agent = await EnrollAsync(catalog, "one");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => catalog.AgentIdentities.ChangeTagsAsync(agent, tags => [.. tags, $"t{i}"], Token), Token)));

        IReadOnlyList<string> saved = (await catalog.AgentIdentities.FindAsync(agent, Token))!.Identity.Tags;
        Assert.Equal(Samples.Agent().Identity.Tags.Concat(Enumerable.Range(0, 20).Select(i => $"t{i}")).Order(), saved.Order());
        Assert.Null(await catalog.AgentIdentities.ChangeTagsAsync(Guid.NewGuid(), tags => tags, Token));
    }

    [Fact]
    public async Task Newest_runs_of_a_task_are_counted_one_for_each_agent()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        var task = Guid.NewGuid();
        (string Agent, RunState State)[] runs = [("a", RunState.Failed), ("b", RunState.Failed), ("a", RunState.Completed), ("c", RunState.Completed), ("c", RunState.Queued), ("b", RunState.Failed)];
        await catalog.Runs.AddAsync([.. runs.Select(run => new RunRecord(Samples.Run(run.State) with { Agent = run.Agent }, task, "id")), new RunRecord(Samples.Run(RunState.Failed), Guid.NewGuid(), "id")], Token);

        Assert.Equal([new RunCount(RunState.Queued, 1), new RunCount(RunState.Completed, 1), new RunCount(RunState.Failed, 1)], await catalog.Runs.CountLastOfTaskAsync(task, Token));
        Assert.Empty(await catalog.Runs.CountLastOfTaskAsync(Guid.NewGuid(), Token));
    }

    private static async Task<ErrorCode> CodeAsync(Func<Task> action) => (await Assert.ThrowsAsync<HandyBackupException>(action)).Code;

    private async Task<Guid> EnrollAsync(SqliteCatalog catalog, string name)
    {
        string token = Guid.NewGuid().ToString("N")[..16];
        await catalog.EnrollmentTokens.AddAsync(Samples.Token(token), Token);
        AgentIdentityRecord agent = Samples.Agent(name);
        Assert.True(await catalog.EnrollmentTokens.RedeemAsync(token, agent, Samples.Time, Token));
        return agent.Identity.Id;
    }
}
