using System.Globalization;
using System.Net;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Network;

/// <summary>An address of this machine on which the server waits for others.</summary>
/// <param name="Address">The address; null for all that the machine has.</param>
/// <param name="Port">The TCP port; 0 to let the system choose one that is free.</param>
public sealed record ListenAddress(IPAddress? Address, int Port)
{
    private const string All = "*";

    /// <summary>True if this is one address, by which the machine can be reached.</summary>
    public bool IsOne => Address is not null && !Address.Equals(IPAddress.Any) && !Address.Equals(IPAddress.IPv6Any);

    /// <summary>Reads <c>*</c>, <c>*:port</c>, <c>address</c>, <c>address:port</c> or, for IPv6, <c>[address]:port</c>.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public static ListenAddress Parse(string text)
    {
        // A host stands for the asterisk, so that one parser knows ports.
        bool isAll = text == All || text.StartsWith(All + ":", StringComparison.Ordinal);
        ServerAddress parsed = ServerAddress.Parse(isAll ? "all" + text[All.Length..] : text);
        return isAll ? new ListenAddress(null, parsed.Port)
            : IPAddress.TryParse(parsed.Host, out IPAddress? address) ? new ListenAddress(address, parsed.Port)
            : throw new HandyBackupException(ErrorCode.InvalidArgument, $"The server cannot listen on '{parsed.Host}': it is no address.")
            {
                Target = text,
                Advice = "Name an address of this machine, or * for all. Names by which others know it are given with --name.",
            };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Address is null ? string.Create(CultureInfo.InvariantCulture, $"{All}:{Port}") : new IPEndPoint(Address, Port).ToString();
}
