using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveRepositoryTests
{
    [Fact]
    public async Task Switches_become_the_request()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task() });
        panel.Server.On("IRepositories.RemoveAsync", Task.CompletedTask);

        await panel.OutputAsync("Remove-HBRepository main -DeleteData -RemoveTasks -Confirm:$false");

        Assert.Equal(new RemoveRepositoryRequest { Name = "main", DeleteData = true, RemoveTasks = true }, panel.Server.Request<RemoveRepositoryRequest>("IRepositories.RemoveAsync"));
    }

    [Fact]
    public async Task The_question_names_what_is_lost_and_no_means_no()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task() });
        panel.UI.Choices.Enqueue(2);

        await panel.OutputAsync("Get-HBRepository main | Remove-HBRepository -DeleteData -RemoveTasks");

        string question = Assert.Single(panel.UI.Questions);
        Assert.Contains("12 snapshots, 3.0 GiB", question, StringComparison.Ordinal);
        Assert.Contains("docs", question, StringComparison.Ordinal);
        Assert.Equal(0, panel.Server.Count("IRepositories.RemoveAsync"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task() });

        await panel.OutputAsync("Remove-HBRepository main -DeleteData -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRepositories.RemoveAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task() });
        panel.Server.Fail("IRepositories.RemoveAsync", new HandyBackupException(ErrorCode.RepositoryInUse, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Remove-HBRepository main -Confirm:$false");

        Assert.Equal("RepositoryInUse", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
