using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetRunLimitTests
{
    [Fact]
    public async Task The_limits_are_shown()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISettings.GetRunLimitsAsync", new RunLimits(20, 8, 3));

        PSObject limits = Assert.Single(await panel.OutputAsync("Get-HBRunLimit"));

        Assert.Equal((20, 8, 3), (limits.Get("Total"), limits.Get("PerRepository"), limits.Get("PerAgent")));
        Assert.Matches("20 +8 +3", await panel.ShowAsync("Get-HBRunLimit"));
    }
}
