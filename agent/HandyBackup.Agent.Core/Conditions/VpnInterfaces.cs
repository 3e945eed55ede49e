using System.Net.NetworkInformation;

namespace HandyBackup.Agent.Core.Conditions;

/// <summary>Recognizes private networks by the interfaces that they make.</summary>
public static class VpnInterfaces
{
    private static readonly string[] s_prefixes = ["tun", "tap", "wg", "ppp", "tailscale", "nordlynx", "proton", "vpn"];
    private static readonly string[] s_descriptions = ["TAP-Windows", "Wintun", "WireGuard", "OpenVPN", "AnyConnect", "Fortinet", "PANGP", "GlobalProtect", "VPN"];

    /// <summary>True if an interface of such a kind is up.</summary>
    public static bool? AnyIsUp()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces().Any(network =>
                network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown && IsVpn(network.Name, network.Description, network.NetworkInterfaceType));
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }

    /// <summary>True if an interface looks like one that a VPN made.</summary>
    public static bool IsVpn(string name, string description, NetworkInterfaceType type) =>
        type == NetworkInterfaceType.Ppp
        || s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal) && name.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0)
        || s_descriptions.Any(part => description.Contains(part, StringComparison.OrdinalIgnoreCase));
}
