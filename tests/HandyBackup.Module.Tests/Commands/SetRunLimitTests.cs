using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class SetRunLimitTests
{
    [Fact]
    public async Task Only_what_was_given_is_sent()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISettings.SetRunLimitsAsync", new RunLimits(20, 2, 1));

        PSObject limits = Assert.Single(await panel.OutputAsync("Set-HBRunLimit 20 -PerAgent 1 -PassThru"));

        Assert.Equal(new SetRunLimitsRequest { Total = 20, PerAgent = 1 }, panel.Server.Request<SetRunLimitsRequest>("ISettings.SetRunLimitsAsync"));
        Assert.Equal(2, limits.Get("PerRepository"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    public async Task What_is_no_limit_is_refused_before_it_is_sent(string limit)
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.ErrorAsync($"Set-HBRunLimit -PerRepository {limit}");

        Assert.Equal(0, panel.Server.Count("ISettings.SetRunLimitsAsync"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Set-HBRunLimit 20 -WhatIf");

        Assert.Equal(0, panel.Server.Count("ISettings.SetRunLimitsAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
