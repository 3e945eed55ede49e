using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveRepositoryKeyTests
{
    [Fact]
    public async Task Keys_come_through_the_pipeline()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListKeysAsync", new[] { Samples.Key("c"), Samples.Key("d", isCurrent: false) });
        panel.Server.On("IRepositories.RemoveKeyAsync", Task.CompletedTask);

        await panel.OutputAsync("Get-HBRepositoryKey main | Where-Object { -not $_.IsCurrent } | Remove-HBRepositoryKey -Confirm:$false");

        Assert.Equal(new RemoveRepositoryKeyRequest("main", Samples.Key("d").Id), panel.Server.Request<RemoveRepositoryKeyRequest>("IRepositories.RemoveKeyAsync"));
    }

    [Fact]
    public async Task It_asks_first()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.UI.Choices.Enqueue(2);

        await panel.OutputAsync("Remove-HBRepositoryKey main abcd");

        Assert.Single(panel.UI.Questions);
        Assert.Equal(0, panel.Server.Count("IRepositories.RemoveKeyAsync"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Remove-HBRepositoryKey main abcd -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRepositories.RemoveKeyAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("IRepositories.RemoveKeyAsync", new HandyBackupException(ErrorCode.LastKey, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Remove-HBRepositoryKey main abcd -Confirm:$false");

        Assert.Equal("LastKey", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
