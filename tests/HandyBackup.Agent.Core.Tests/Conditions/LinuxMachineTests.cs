using System.Net.NetworkInformation;
using System.Runtime.Versioning;
using HandyBackup.Agent.Core.Conditions;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Conditions;

// The folder of power supplies is a copy of what laptops show: the machine that builds has neither battery nor NetworkManager.
[SupportedOSPlatform("linux")]
public sealed class LinuxMachineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_machine_without_a_battery_never_runs_on_one() => Assert.False(await IsOnBatteryAsync());

    [Fact]
    public async Task A_discharging_battery_without_mains_is_what_it_runs_on()
    {
        Supply("AC", ("type", "Mains"), ("online", "0"));
        Supply("BAT0", ("type", "Battery"), ("status", "Discharging"));
        Assert.True(await IsOnBatteryAsync());
    }

    [Theory]
    [InlineData("Mains", "Charging")]
    [InlineData("Mains", "Discharging")]
    [InlineData("USB", "Full")]
    public async Task With_mains_it_does_not_whatever_the_battery_says(string type, string status)
    {
        Supply("BAT0", ("type", "Battery"), ("status", status));
        Supply("ZZ", ("type", type), ("online", "1"));
        Assert.False(await IsOnBatteryAsync());
    }

    [Fact]
    public async Task The_battery_of_a_mouse_is_not_the_machines()
    {
        Supply("hid-mouse", ("type", "Battery"), ("status", "Discharging"), ("scope", "Device"));
        Assert.False(await IsOnBatteryAsync());
    }

    [Fact]
    public async Task Where_nothing_can_be_read_nothing_is_known()
    {
        var machine = new LinuxMachine(_folder.Combine("missing"), TimeProvider.System);
        Assert.Null((await machine.LookAsync(TestContext.Current.CancellationToken)).OnBattery);
    }

    [Theory]
    [InlineData("u 1\n", true)]
    [InlineData("u 3\n", true)]
    [InlineData("u 2\n", false)]
    [InlineData("u 4\n", false)]
    [InlineData("u 0\n", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void What_NetworkManager_says_of_the_network_is_understood(string? answer, bool? metered) => Assert.Equal(metered, LinuxMachine.ParseMetered(answer));

    [Theory]
    [InlineData("wg0", NetworkInterfaceType.Unknown, true)]
    [InlineData("tun0", NetworkInterfaceType.Unknown, true)]
    [InlineData("tailscale0", NetworkInterfaceType.Unknown, true)]
    [InlineData("ppp0", NetworkInterfaceType.Ppp, true)]
    [InlineData("eth0", NetworkInterfaceType.Ethernet, false)]
    [InlineData("wlp3s0", NetworkInterfaceType.Wireless80211, false)]
    [InlineData("tunnelbear-but-bridged", NetworkInterfaceType.Ethernet, false)]
    public void VPNs_are_known_by_their_interfaces(string name, NetworkInterfaceType type, bool isVpn) => Assert.Equal(isVpn, VpnInterfaces.IsVpn(name, name, type));

    [Theory]
    [InlineData("TAP-Windows Adapter V9", true)]
    [InlineData("WireGuard Tunnel", true)]
    [InlineData("Intel(R) Ethernet Connection I219-LM", false)]
    [InlineData("Microsoft Wi-Fi Direct Virtual Adapter", false)]
    public void On_Windows_by_their_descriptions(string description, bool isVpn) =>
        Assert.Equal(isVpn, VpnInterfaces.IsVpn("Ethernet 2", description, NetworkInterfaceType.Ethernet));

    [Theory]
    [InlineData(0u, null)]
    [InlineData(1u, false)]
    [InlineData(2u, true)]
    [InlineData(4u, true)]
    [InlineData(0x40001u, true)]
    [InlineData(0x10001u, true)]
    public void What_Windows_says_of_the_networks_cost_is_understood(uint cost, bool? metered)
    {
#pragma warning disable CA1416 // The judgement alone: it asks nothing of Windows.
        Assert.Equal(metered, WindowsNetworkCost.Judge(cost));
#pragma warning restore CA1416
    }

    public void Dispose() => _folder.Dispose();

    private async Task<bool?> IsOnBatteryAsync() =>
        (await new LinuxMachine(_folder.Path, TimeProvider.System).LookAsync(TestContext.Current.CancellationToken)).OnBattery;

    private void Supply(string name, params (string Name, string Value)[] properties)
    {
        Directory.CreateDirectory(_folder.Combine(name));
        foreach ((string property, string value) in properties)
        {
            File.WriteAllText(_folder.Combine(name, property), value + "\n");
        }
    }
}
