using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HandyBackup.Contracts;

/// <summary>Where a server can be reached over the network: <c>host</c>, <c>host:port</c>, or <c>[address]:port</c> for IPv6.</summary>
public sealed record ServerAddress
{
    /// <summary>
    /// The port where none is named. IANA lists 10632 to 10799 as unassigned (registry of May 2025), so no known service is met there, and it lies below the ports
    /// that systems give to outgoing connections.
    /// </summary>
    public const int DefaultPort = 10680;

    /// <summary>Takes over the parts of an address.</summary>
    /// <param name="host">A host name, an IPv4 address, or an IPv6 address without brackets.</param>
    /// <param name="port">The port: 1 to 65535.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public ServerAddress(string host, int port = DefaultPort)
    {
        if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
        {
            throw Invalid(host, $"'{host}' is neither a host name nor an address");
        }

        // A zone names a network card of one machine, and no certificate can hold it.
        if (host.Contains('%'))
        {
            throw Invalid(host, $"'{host}' has a zone, which means nothing on another machine");
        }

        if (port is < 1 or > IPEndPoint.MaxPort)
        {
            throw Invalid(host, $"{port} is no port");
        }

        Host = host;
        Port = port;
    }

    /// <summary>The host name or address; an IPv6 address has no brackets here.</summary>
    public string Host { get; }

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>Reads an address as people write it.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>; its text says what is wrong.</exception>
    public static ServerAddress Parse(string? text)
    {
        string address = (text ?? "").Trim();
        if (address.Length == 0)
        {
            throw Invalid(address, "it is empty");
        }

        if (address[0] == '[')
        {
            return ParseBracketed(address);
        }

        int colon = address.IndexOf(':');
        if (colon < 0)
        {
            return new ServerAddress(address);
        }

        // Whether the last part of ::1:10680 is a port cannot be told.
        return address.IndexOf(':', colon + 1) < 0
            ? new ServerAddress(address.Substring(0, colon), ParsePort(address, address.Substring(colon + 1)))
            : throw Invalid(address, "it has several colons: an IPv6 address stands in brackets, as in [2001:db8::7]:10680");
    }

    /// <summary>The address as <see cref="Parse"/> reads it, always with its port.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, Host.Contains(':') ? "[{0}]:{1}" : "{0}:{1}", Host, Port);

    private static ServerAddress ParseBracketed(string address)
    {
        int end = address.IndexOf(']');
        string host = end < 0 ? "" : address.Substring(1, end - 1);
        if (!IPAddress.TryParse(host, out IPAddress? parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            throw Invalid(address, "there is no IPv6 address between the brackets");
        }

        string rest = address.Substring(end + 1);
        return rest.Length == 0 ? new ServerAddress(host)
            : rest[0] == ':' ? new ServerAddress(host, ParsePort(address, rest.Substring(1)))
            : throw Invalid(address, "a colon and a port are expected after the brackets");
    }

    private static int ParsePort(string address, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= IPEndPoint.MaxPort
            ? port
            : throw Invalid(address, $"'{text}' is no port");

    private static HandyBackupException Invalid(string address, string reason) => new(ErrorCode.InvalidArgument, $"This is no server's address: {reason}.")
    {
        Target = address,
        Advice = $"Write host, host:port or [IPv6 address]:port, with a port from 1 to 65535; without one {DefaultPort} is meant.",
    };
}
