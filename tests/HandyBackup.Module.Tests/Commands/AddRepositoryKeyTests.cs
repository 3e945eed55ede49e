using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class AddRepositoryKeyTests
{
    [Fact]
    public async Task The_further_password_is_asked_for_twice()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.AddKeyAsync", Samples.Key("d", isCurrent: false));
        panel.UI.Passwords.Enqueue("second");
        panel.UI.Passwords.Enqueue("second");

        Assert.Single(await panel.OutputAsync("Add-HBRepositoryKey main"));

        var request = panel.Server.Request<AddRepositoryKeyRequest>("IRepositories.AddKeyAsync");
        Assert.Equal(("main", "second"), (request.Repository, request.Password.Value));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Add-HBRepositoryKey main -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRepositories.AddKeyAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
