using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveTaskTests
{
    [Fact]
    public async Task Tasks_come_through_the_pipeline_and_one_that_fails_does_not_stop_the_next()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task("a"), Samples.Task("b") });
        panel.Server.On<TaskReference>("ITasks.RemoveAsync", task => task.Name == "a" ? throw new HandyBackupException(ErrorCode.TaskBusy, "Busy.") : Task.CompletedTask);

        ErrorRecord error = await panel.ErrorAsync("Get-HBTask | Remove-HBTask -Confirm:$false");

        Assert.Equal("TaskBusy", error.Id());
        Assert.Equal(2, panel.Server.Count("ITasks.RemoveAsync"));
    }

    [Fact]
    public async Task It_asks_first()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.UI.Choices.Enqueue(2);

        await panel.OutputAsync("Remove-HBTask docs");

        Assert.Contains("docs", Assert.Single(panel.UI.Questions), StringComparison.Ordinal);
        Assert.Equal(0, panel.Server.Count("ITasks.RemoveAsync"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Remove-HBTask docs -WhatIf");

        Assert.Equal(0, panel.Server.Count("ITasks.RemoveAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
