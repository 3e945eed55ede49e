using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Conditions;

/// <summary>Windows: power from the system, metered networks from the network list manager, VPNs from the network interfaces.</summary>
[SupportedOSPlatform("windows")]
public sealed partial class WindowsMachine : IMachine
{
    private const byte Offline = 0;
    private const byte Online = 1;

    /// <inheritdoc/>
    public Task<MachineCircumstances> LookAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new MachineCircumstances(IsOnBattery(), WindowsNetworkCost.IsMetered(), VpnInterfaces.AnyIsUp()));
    }

    private static bool? IsOnBattery() => !GetSystemPowerStatus(out PowerStatus status) ? null : status.AcLine switch
    {
        Offline => true,
        Online => false,
        _ => null,
    };

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetSystemPowerStatus(out PowerStatus status);

    // SYSTEM_POWER_STATUS.
    [StructLayout(LayoutKind.Sequential)]
    private struct PowerStatus
    {
        public byte AcLine;
        public byte BatteryFlag;
        public byte BatteryLifePercent;
        public byte SystemStatusFlag;
        public uint BatteryLifeTime;
        public uint BatteryFullLifeTime;
    }
}
