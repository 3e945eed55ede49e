using HandyBackup.Agent.Core.Conditions;

namespace HandyBackup.Windows.Tests.Conditions;

/// <summary>What the machine says of power and network: the calls are made and answered, by COM too.</summary>
public sealed class WindowsMachineTests
{
    // A build machine has no battery and pays for no traffic.
    [Fact]
    public async Task Machine_on_mains_with_free_network_keeps_no_backup_waiting()
    {
        MachineCircumstances found = await new WindowsMachine().LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new MachineCircumstances(OnBattery: false, OnMetered: false, OnVpn: false), found);
    }
}
