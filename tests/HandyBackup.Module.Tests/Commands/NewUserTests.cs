using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class NewUserTests
{
    [Fact]
    public async Task The_password_is_asked_for_twice_and_sent()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IUsers.CreateAsync", Samples.User());
        panel.UI.Passwords.Enqueue("one long password");
        panel.UI.Passwords.Enqueue("one long password");

        Assert.Equal("anna", (await panel.OutputAsync("New-HBUser anna -Description 'Accounts'"))[0].Get("Name"));

        var request = panel.Server.Request<CreateUserRequest>("IUsers.CreateAsync");
        Assert.Equal(("anna", "one long password", "Accounts"), (request.Name, request.Password!.Value, request.Description));
    }

    [Fact]
    public async Task A_certificate_needs_no_password()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IUsers.CreateAsync", Samples.User());

        await panel.OutputAsync("New-HBUser anna -CertificateFingerprint AA");

        var request = panel.Server.Request<CreateUserRequest>("IUsers.CreateAsync");
        Assert.Equal((null, "AA"), (request.Password, request.CertificateFingerprint));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("New-HBUser anna -WhatIf");

        Assert.Equal(0, panel.Server.Count("IUsers.CreateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
