using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveAgentTests
{
    [Fact]
    public async Task What_was_found_by_name_is_removed_by_id()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("laptop70") with { Id = Guid.NewGuid() }, Samples.Agent("laptop7") });
        panel.Server.On("IAgents.RemoveAsync", Task.CompletedTask);

        await panel.OutputAsync("Remove-HBAgent laptop7 -Confirm:$false");

        Assert.Equal(new RemoveAgentRequest { Agent = Samples.Agent().Id.ToString() }, panel.Server.Request<RemoveAgentRequest>("IAgents.RemoveAsync"));
        Assert.Equal(0, panel.Server.Count("ITasks.ListAsync"));
    }

    [Fact]
    public async Task An_agent_may_be_named_by_its_id()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("other") with { Id = Guid.NewGuid() }, Samples.Agent("laptop7") });
        panel.UI.Choices.Enqueue(2);

        await panel.OutputAsync($"Remove-HBAgent {Samples.Agent().Id}");

        Assert.Contains("laptop7", Assert.Single(panel.UI.Questions), StringComparison.Ordinal);
        Assert.Null(panel.Server.Request<AgentQuery>("IAgents.ListAsync").Name);
    }

    [Fact]
    public async Task The_question_names_the_tasks_that_go_along_and_no_means_no()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("laptop7") });
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task("docs"), Samples.Task("mail") });
        panel.UI.Choices.Enqueue(2);

        await panel.OutputAsync("Get-HBAgent laptop7 | Remove-HBAgent -RemoveTasks");

        string question = Assert.Single(panel.UI.Questions);
        Assert.Contains("laptop7 (Server, Approved, online)", question, StringComparison.Ordinal);
        Assert.Contains("and the tasks docs, mail, leave runs and snapshots", question, StringComparison.Ordinal);
        Assert.Equal(new TaskQuery { Agent = "laptop7" }, panel.Server.Request<TaskQuery>("ITasks.ListAsync"));
        Assert.Equal(0, panel.Server.Count("IAgents.RemoveAsync"));
    }

    [Fact]
    public async Task Tasks_go_along_when_told_to()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("laptop7") });
        panel.Server.On("ITasks.ListAsync", Array.Empty<TaskInfo>());
        panel.Server.On("IAgents.RemoveAsync", Task.CompletedTask);

        await panel.OutputAsync("Remove-HBAgent laptop7 -RemoveTasks -Confirm:$false");

        Assert.True(panel.Server.Request<RemoveAgentRequest>("IAgents.RemoveAsync").RemoveTasks);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("laptop7") with { IsOnline = false, LastSeen = null } });
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task("docs") });

        await panel.OutputAsync("Remove-HBAgent laptop7 -RemoveTasks -WhatIf");

        Assert.Equal(0, panel.Server.Count("IAgents.RemoveAsync"));
        Assert.Matches("What if.*docs.*never seen", panel.UI.Text);
    }

    [Fact]
    public async Task An_unknown_agent_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", Array.Empty<AgentInfo>());

        Assert.Equal("AgentNotFound", (await panel.ErrorAsync("Remove-HBAgent nobody -Confirm:$false")).Id());
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("laptop7") });
        panel.Server.Fail("IAgents.RemoveAsync", new HandyBackupException(ErrorCode.AgentInUse, "No.") { Target = "laptop7", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Remove-HBAgent laptop7 -Confirm:$false");

        Assert.Equal("AgentInUse", error.Id());
        Assert.Equal(ErrorCategory.ResourceBusy, error.CategoryInfo.Category);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
