using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class SetRepositoryTests
{
    [Fact]
    public async Task Only_what_is_named_is_in_the_request()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.UpdateAsync", Samples.Repository("office"));

        PSObject repository = Assert.Single(await panel.OutputAsync("Set-HBRepository main -NewName office -Description '' -Grace 3.00:00:00 -VerifyWithin 20.00:00:00 -PassThru"));

        var request = panel.Server.Request<UpdateRepositoryRequest>("IRepositories.UpdateAsync");
        Assert.Equal(("main", "office", "", null, null, null), (request.Name, request.NewName, request.Description, request.Path, request.NewPassword?.Value, request.CompressionLevel));
        Assert.Equal((TimeSpan.FromDays(3), null, TimeSpan.FromDays(20)), (request.Grace, request.SweepGrace, request.VerifyWithin));
        Assert.Equal("office", repository.Get("Name"));
    }

    [Fact]
    public async Task A_repository_comes_through_the_pipeline_and_nothing_goes_out_without_PassThru()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });
        panel.Server.On("IRepositories.UpdateAsync", Samples.Repository());

        Assert.Empty(await panel.OutputAsync("Get-HBRepository | Set-HBRepository -CompressionLevel 19"));

        Assert.Equal(19, panel.Server.Request<UpdateRepositoryRequest>("IRepositories.UpdateAsync").CompressionLevel);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Set-HBRepository main -NewName x -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRepositories.UpdateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("IRepositories.UpdateAsync", new HandyBackupException(ErrorCode.RepositoryExists, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Set-HBRepository main -NewName x");

        Assert.Equal("RepositoryExists", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
