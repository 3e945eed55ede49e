using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class SetUserTests
{
    [Fact]
    public async Task Only_what_is_named_is_changed()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IUsers.UpdateAsync", Samples.User());

        await panel.OutputAsync("$p = [System.Security.SecureString]::new(); 'secret'.ToCharArray() | ForEach-Object { $p.AppendChar($_) }; Set-HBUser anna -Enabled $false -NewPassword $p -ForgetOneTimeCode");

        var request = panel.Server.Request<UpdateUserRequest>("IUsers.UpdateAsync");
        Assert.Equal(("anna", false, "secret", true), (request.Name, request.IsEnabled!.Value, request.NewPassword!.Value, request.ForgetOneTimeCode));
        Assert.Equal((null, null, null), (request.NewName, request.CertificateFingerprint, request.Description));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Set-HBUser anna -NewName eva -WhatIf");

        Assert.Equal(0, panel.Server.Count("IUsers.UpdateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
