using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class DisableTotpTests
{
    [Fact]
    public async Task A_code_is_asked_for()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ILogin.RemoveOneTimeCodeAsync", null);
        panel.UI.Passwords.Enqueue("123456");

        await panel.OutputAsync("Disable-HBTotp");

        Assert.Equal("123456", panel.Server.Request<OneTimeCode>("ILogin.RemoveOneTimeCodeAsync").Code.Value);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Disable-HBTotp -WhatIf");

        Assert.Equal(0, panel.Server.Count("ILogin.RemoveOneTimeCodeAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
