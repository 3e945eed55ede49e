using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class SetTaskTests
{
    [Fact]
    public async Task Options_are_set_and_an_empty_list_takes_one_away()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.UpdateAsync", Samples.Task());

        Assert.Single(await panel.OutputAsync("Set-HBTask docs -Exclude @() -OneFileSystem:$false -Tag @() -PassThru"));

        var request = panel.Server.Request<UpdateTaskRequest>("ITasks.UpdateAsync");
        Assert.Equal(["Exclude=null", "OneFileSystem=false"], request.Options!.Select(option => $"{option.Key}={option.Value.GetRawText()}").Order(StringComparer.Ordinal));
        Assert.Empty(request.Tags!);
        Assert.Null(request.Paths);
        Assert.Null(request.Repository);
    }

    [Fact]
    public async Task Paths_of_the_embedded_agent_may_be_relative()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task() });
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent() });
        panel.Server.On("ITasks.UpdateAsync", Samples.Task());

        await panel.OutputAsync($"$null = $ExecutionContext.SessionState.Path.SetLocation('{panel.Server.DataPath}'); Get-HBTask docs | Set-HBTask -Path ./here");

        Assert.Equal([Path.Combine(panel.Server.DataPath, "here")], panel.Server.Request<UpdateTaskRequest>("ITasks.UpdateAsync").Paths);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Set-HBTask docs -NewName x -WhatIf");

        Assert.Equal(0, panel.Server.Count("ITasks.UpdateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("ITasks.UpdateAsync", new HandyBackupException(ErrorCode.TaskExists, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Set-HBTask docs -NewName x");

        Assert.Equal("TaskExists", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
