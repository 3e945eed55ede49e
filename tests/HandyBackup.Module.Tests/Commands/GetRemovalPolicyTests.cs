using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetRemovalPolicyTests
{
    [Fact]
    public async Task The_policy_is_shown()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRemovalRequests.GetPolicyAsync", new RemovalPolicy(true));

        Assert.Equal(true, (await panel.OutputAsync("Get-HBRemovalPolicy"))[0].Get("NeedsApproval"));
        Assert.Contains("yes", await panel.ShowAsync("Get-HBRemovalPolicy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("IRemovalRequests.GetPolicyAsync", new HandyBackupException(ErrorCode.AccessRefused, "No."));

        Assert.Equal("AccessRefused", (await panel.ErrorAsync("Get-HBRemovalPolicy")).Id());
    }
}
