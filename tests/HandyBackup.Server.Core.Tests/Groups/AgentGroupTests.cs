using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Who belongs to a group, and how groups and tags are changed. The agent inside the server is 'here', of server kind, on the operating system 'Test'.</summary>
public sealed class AgentGroupTests : AccessHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await AddAgentAsync("pc1");
        await AddAgentAsync("pc2");
        await Local.Agents.UpdateAsync(new UpdateAgentRequest { Agent = "pc2", Tags = ["Finance", "ground floor"] }, Token);
    }

    [Theory]
    [InlineData("*", null, null, "", "here pc1 pc2")]
    [InlineData("PC?", null, null, "", "pc1 pc2")]
    [InlineData(null, "te*", null, "", "here")]
    [InlineData(null, null, AgentKind.Workstation, "", "pc1 pc2")]
    [InlineData(null, null, null, "finance", "pc2")]
    [InlineData(null, null, null, "finance,GROUND FLOOR", "pc2")]
    [InlineData(null, null, null, "finance,first floor", "")]
    [InlineData("pc*", null, AgentKind.Server, "", "")]
    [InlineData("h*", "Test", AgentKind.Server, "", "here")]
    public async Task Member_is_who_fits_all_conditions(string? name, string? system, AgentKind? kind, string tags, string members)
    {
        var rule = new AgentGroupRule { Name = name, OperatingSystem = system, Kind = kind, Tags = tags.Length == 0 ? [] : tags.Split(',') };

        AgentGroupInfo group = await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "group", Rule = rule }, Token);

        Assert.Equal(members, string.Join(' ', group.Members));
        Assert.Empty(group.Listed);
        AgentInfo[] shown = [.. await Local.Agents.ListAsync(new AgentQuery(), Token).Where(agent => agent.Groups.Contains("group")).ToListAsync(Token)];
        Assert.Equal(members, string.Join(' ', shown.Select(agent => agent.Description.Name)));
    }

    [Fact]
    public async Task Listed_agents_are_members_whatever_the_rule_says()
    {
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "group", Description = "some", Rule = new AgentGroupRule { Name = "pc1" }, Agents = ["HERE", "pc1"] }, Token);

        AgentGroupInfo changed = await Local.AgentGroups.UpdateAsync(new UpdateAgentGroupRequest { Name = "GROUP", NewName = "Renamed", AddAgents = ["pc2"], RemoveAgents = ["here", "pc1"] }, Token);

        Assert.Equal(("Renamed", "some", "pc1"), (changed.Name, changed.Description, changed.Rule!.Name));
        Assert.Equal(["pc2"], changed.Listed);
        Assert.Equal(["pc1", "pc2"], changed.Members);
        changed = await Local.AgentGroups.UpdateAsync(new UpdateAgentGroupRequest { Name = "renamed", RemoveRule = true, Description = "" }, Token);
        Assert.Equal((null, ""), (changed.Rule, changed.Description));
        Assert.Equal(["pc2"], changed.Members);
        Assert.Empty(await Local.AgentGroups.ListAsync(new AgentGroupQuery { Name = "gr*" }, Token).ToListAsync(Token));

        await Local.AgentGroups.RemoveAsync(new AgentGroupReference("RENAMED"), Token);
        Assert.Empty(await Local.AgentGroups.ListAsync(new AgentGroupQuery(), Token).ToListAsync(Token));
        Assert.Equal(3, await Local.Agents.ListAsync(new AgentQuery(), Token).CountAsync(Token));
    }

    [Fact]
    public async Task What_cannot_be_a_group_is_refused()
    {
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "group" }, Token);
        (ErrorCode Code, CreateAgentGroupRequest Request)[] refused =
        [
            (ErrorCode.AgentGroupExists, new() { Name = "GROUP" }),
            (ErrorCode.InvalidArgument, new() { Name = "a*" }),
            (ErrorCode.InvalidArgument, new() { Name = "x", Rule = new AgentGroupRule() }),
            (ErrorCode.InvalidArgument, new() { Name = "x", Rule = new AgentGroupRule { Name = "" } }),
            (ErrorCode.InvalidArgument, new() { Name = "x", Rule = new AgentGroupRule { Kind = (AgentKind)7 } }),
            (ErrorCode.InvalidArgument, new() { Name = "x", Rule = new AgentGroupRule { Tags = ["a/b"] } }),
            (ErrorCode.InvalidArgument, new() { Name = "x", Description = new string('x', 1001) }),
            (ErrorCode.AgentNotFound, new() { Name = "x", Agents = ["nobody"] }),
        ];
        foreach ((ErrorCode code, CreateAgentGroupRequest request) in refused)
        {
            await FailsAsync(code, () => Server.AgentGroups.CreateAsync(request, Token));
        }

        await FailsAsync(ErrorCode.AgentGroupNotFound, () => Local.AgentGroups.UpdateAsync(new UpdateAgentGroupRequest { Name = "nothing" }, Token));
        await FailsAsync(ErrorCode.AgentGroupNotFound, () => Local.AgentGroups.RemoveAsync(new AgentGroupReference("nothing"), Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Local.AgentGroups.UpdateAsync(new UpdateAgentGroupRequest { Name = "group", Rule = new AgentGroupRule { Name = "*" }, RemoveRule = true }, Token));
        Assert.Single(await Local.AgentGroups.ListAsync(new AgentGroupQuery(), Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Tags_are_compared_without_regard_to_case()
    {
        AgentInfo agent = await Local.Agents.UpdateAsync(new UpdateAgentRequest { Agent = "PC2", AddTags = ["finance", "Old"], RemoveTags = ["GROUND FLOOR"] }, Token);
        Assert.Equal(["Finance", "Old"], agent.Tags);

        await FailsAsync(ErrorCode.AgentNotFound, () => Local.Agents.UpdateAsync(new UpdateAgentRequest { Agent = "nobody", Tags = [] }, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Local.Agents.UpdateAsync(new UpdateAgentRequest { Agent = "pc2", AddTags = ["a\nb"] }, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Local.Agents.UpdateAsync(new UpdateAgentRequest { Agent = "pc2", Tags = [.. Enumerable.Range(0, 33).Select(i => $"t{i}")] }, Token));
        Assert.Empty((await Local.Agents.UpdateAsync(new UpdateAgentRequest { Agent = "pc2", Tags = [] }, Token)).Tags);
    }

    [Fact]
    public async Task Grant_for_a_group_counts_members_that_the_server_knows_and_follows_them()
    {
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "finance", Rule = new AgentGroupRule { Tags = ["finance"] } }, Token);
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "tests", Rule = new AgentGroupRule { OperatingSystem = "Test" }, Agents = ["pc1"] }, Token);
        await FailsAsync(ErrorCode.AgentGroupNotFound, () => AddUserAsync("nobody", new Grant { Role = Role.Auditor, Groups = ["fnance"] }));
        await AddUserAsync("anna", new Grant { Role = Role.Auditor, Groups = ["Finance"] });
        await AddUserAsync("bert", new Grant { Role = Role.Auditor, Groups = ["tests"] });
        PanelConnection anna = await LogInAsync("anna");
        PanelConnection bert = await LogInAsync("bert");

        Assert.Equal("pc2", await SeenAsync(anna));
        // What the agent inside the server says of its operating system makes it a member, and gives nobody rights over it.
        Assert.Equal("pc1", await SeenAsync(bert));
        Assert.Equal(["here", "pc1"], (await Local.AgentGroups.ListAsync(new AgentGroupQuery { Name = "tests" }, Token).SingleAsync(Token)).Members);
        AgentGroupInfo seen = await bert.AgentGroups.ListAsync(new AgentGroupQuery(), Token).SingleAsync(Token);
        Assert.Equal(("tests", "pc1", "pc1"), (seen.Name, Assert.Single(seen.Members), Assert.Single(seen.Listed)));

        await Local.Agents.UpdateAsync(new UpdateAgentRequest { Agent = "pc1", Tags = ["FINANCE"] }, Token);
        await Local.AgentGroups.UpdateAsync(new UpdateAgentGroupRequest { Name = "finance", NewName = "accounts" }, Token);
        Assert.Equal("pc1 pc2", await SeenAsync(anna));
        Assert.Equal(["accounts"], (await anna.Login.GetCallerAsync(Token)).Grants[0].Groups);
        await FailsAsync(ErrorCode.AgentGroupInUse, () => Local.AgentGroups.RemoveAsync(new AgentGroupReference("accounts"), Token));
        await FailsAsync(ErrorCode.AccessRefused, () => anna.AgentGroups.RemoveAsync(new AgentGroupReference("accounts"), Token));
    }

    [Fact]
    public async Task Limits_of_runs_are_kept_and_count_at_once()
    {
        RunLimits changed = await Local.Settings.SetRunLimitsAsync(new SetRunLimitsRequest { PerAgent = 7 }, Token);
        Assert.Equal(new RunLimits(PerAgent: 7), changed);
        Assert.Equal(new RunLimits(100, 20, 7), await Local.Settings.SetRunLimitsAsync(new SetRunLimitsRequest { Total = 100, PerRepository = 20 }, Token));

        await FailsAsync(ErrorCode.InvalidArgument, () => Local.Settings.SetRunLimitsAsync(new SetRunLimitsRequest { Total = 0 }, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Local.Settings.SetRunLimitsAsync(new SetRunLimitsRequest { PerRepository = 1001 }, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Local.Settings.SetRunLimitsAsync(new SetRunLimitsRequest { PerAgent = -1 }, Token));
        await RestartAsync();

        Assert.Equal(new RunLimits(100, 20, 7), await Server.Settings.GetRunLimitsAsync(Token));
    }

    private async Task<string> SeenAsync(PanelConnection panel) =>
        string.Join(' ', await panel.Agents.ListAsync(new AgentQuery(), Token).Select(agent => agent.Description.Name).ToListAsync(Token));
}
