using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class EnableTotpTests
{
    [Fact]
    public async Task The_secret_is_shown_and_a_code_of_it_asked_for()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ILogin.PrepareOneTimeCodeAsync", new OneTimeCodeSecret(new Secret { Value = "GEZDGNBV" }, new Secret { Value = "otpauth://x" }));
        panel.Server.On("ILogin.ConfirmOneTimeCodeAsync", null);
        panel.UI.Passwords.Enqueue("123456");

        PanelResult result = await panel.RunAsync("Enable-HBTotp");

        Assert.Empty(result.Errors);
        Assert.Contains(result.Information, line => line.Contains("GEZDGNBV", StringComparison.Ordinal));
        Assert.Equal("123456", panel.Server.Request<OneTimeCode>("ILogin.ConfirmOneTimeCodeAsync").Code.Value);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Enable-HBTotp -WhatIf");

        Assert.Equal(0, panel.Server.Count("ILogin.PrepareOneTimeCodeAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
