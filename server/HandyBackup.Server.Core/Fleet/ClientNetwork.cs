using System.Net;
using System.Net.Sockets;

namespace HandyBackup.Server.Core;

/// <summary>Where a connection comes from, as far as one machine can choose it: what is counted or limited by address is counted by this.</summary>
public static class ClientNetwork
{
    // A network gives one machine a whole /64 of addresses: each of them would be a fresh start.
    private const int NetworkBytes = 8;

    /// <summary>The IPv4 address, or the /64 network of an IPv6 address; one value for all whose address is unknown.</summary>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] network = address.GetAddressBytes();
        network.AsSpan(NetworkBytes).Clear();
        return new IPAddress(network);
    }
}
