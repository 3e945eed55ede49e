using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetRepositoryKeyTests
{
    [Fact]
    public async Task Keys_of_repositories_from_the_pipeline_are_listed()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });
        panel.Server.On("IRepositories.ListKeysAsync", new[] { Samples.Key("c"), Samples.Key("d", isCurrent: false) });

        IReadOnlyList<PSObject> keys = await panel.OutputAsync("Get-HBRepository | Get-HBRepositoryKey");

        Assert.Equal(2, keys.Count);
        Assert.Equal("main", panel.Server.Request<RepositoryReference>("IRepositories.ListKeysAsync").Name);
        Assert.Equal(false, keys[1].Get("IsCurrent"));
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("IRepositories.ListKeysAsync", new HandyBackupException(ErrorCode.RepositoryNotFound, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Get-HBRepositoryKey main");

        Assert.Equal("RepositoryNotFound", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
