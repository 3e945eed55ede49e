using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class TestAuditLogTests
{
    [Fact]
    public async Task A_sound_log_is_said_to_be_sound()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAuditLog.VerifyAsync", Samples.AuditVerification(isSound: true));

        Assert.Equal(true, (await panel.OutputAsync("Test-HBAuditLog -Number 3 -Hash ab"))[0].Get("IsSound"));
        var request = panel.Server.Request<VerifyAuditRequest>("IAuditLog.VerifyAsync");
        Assert.Equal((3, "ab"), (request.Number!.Value, request.Hash));
    }

    [Fact]
    public async Task Damage_is_an_error_besides_the_findings()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAuditLog.VerifyAsync", Samples.AuditVerification(isSound: false));

        PanelResult result = await panel.RunAsync("Test-HBAuditLog");

        Assert.Equal("AuditLogDamaged", Assert.Single(result.Errors).Id());
        Assert.Equal(false, Assert.Single(result.Output).Get("IsSound"));
    }
}
