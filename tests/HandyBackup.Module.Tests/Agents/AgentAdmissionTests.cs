using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Agents;

/// <summary>What the commands have in common that change whether the server works with an agent.</summary>
/// <param name="command">The command.</param>
/// <param name="method">The method of the server that does it.</param>
/// <param name="changed">The agent's status afterwards.</param>
public abstract class AgentAdmissionTests(string command, string method, AgentStatus changed)
{
    [Fact]
    public async Task An_agent_is_changed_by_its_name_and_shown_on_demand()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On(method, Samples.Agent("laptop7", changed));

        Assert.Empty(await panel.OutputAsync($"{command} laptop7"));
        PSObject agent = Assert.Single(await panel.OutputAsync($"{command} laptop7 -PassThru"));

        Assert.Equal(changed.ToString(), agent.Text("Status"));
        Assert.Equal([new AgentReference("laptop7"), new AgentReference("laptop7")], panel.Server.Calls.Where(call => call.Method == method).Select(call => call.Request));
    }

    [Fact]
    public async Task Agents_come_through_the_pipeline_and_one_that_fails_does_not_stop_the_next()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("a"), Samples.Agent("b") });
        panel.Server.On<AgentReference>(method, agent => agent.Agent == "b"
            ? Samples.Agent("b", changed)
            : throw new HandyBackupException(ErrorCode.AgentNotFound, "No.") { Target = "thing", Advice = "Do something else." });

        PanelResult result = await panel.RunAsync($"Get-HBAgent | {command} -PassThru");

        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal("AgentNotFound", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
        Assert.Equal("b", Assert.Single(result.Output).Get("Name"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing_and_a_no_neither()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.UI.Choices.Enqueue(2);

        await panel.OutputAsync($"{command} laptop7 -WhatIf; {command} laptop7 -Confirm");

        Assert.Equal(0, panel.Server.Count(method));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
        Assert.Contains("laptop7", Assert.Single(panel.UI.Questions), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tab_completes_names()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("laptop7"), Samples.Agent("desk1") });
        string line = $"{command} lap";

        PSObject completion = Assert.Single(await panel.OutputAsync($"(TabExpansion2 '{line}' {line.Length}).CompletionMatches"));

        Assert.Equal("laptop7", completion.Get("CompletionText"));
    }
}
