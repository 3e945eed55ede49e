using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class ImportRepositoryTests
{
    [Fact]
    public async Task The_password_is_asked_for_once()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ImportAsync", Samples.Repository("old"));
        panel.UI.Passwords.Enqueue("known");

        PSObject repository = Assert.Single(await panel.OutputAsync("Import-HBRepository old /backup/old"));

        var request = panel.Server.Request<ImportRepositoryRequest>("IRepositories.ImportAsync");
        Assert.Equal(("old", "/backup/old", "known"), (request.Name, request.Path, request.Password.Value));
        Assert.Equal("old", repository.Get("Name"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Import-HBRepository old /backup/old -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRepositories.ImportAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.UI.Passwords.Enqueue("p");
        panel.Server.Fail("IRepositories.ImportAsync", new HandyBackupException(ErrorCode.WrongPassword, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Import-HBRepository old /backup/old");

        Assert.Equal("WrongPassword", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
