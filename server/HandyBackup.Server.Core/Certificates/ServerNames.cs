using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The names under which agents and panels may reach this server.</summary>
internal static class ServerNames
{
    // A name server that does not answer must not hold up the start: the short name is good enough then.
    private static readonly TimeSpan s_lookUpLimit = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Host name and full name of this machine, as far as they can stand in a certificate. The full name needs the machine's name service, and is left out if that
    /// does not answer.
    /// </summary>
    public static async Task<IReadOnlyList<string>> OfMachineAsync(CancellationToken cancellationToken)
    {
        string host = Dns.GetHostName();
        string full = await FindFullNameAsync(host, cancellationToken);
        return [.. new[] { host, full }.Where(IsDnsName).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The part of a certificate that holds the names, with those by which a machine calls itself.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if a name is neither an address nor a name that DNS could have.</exception>
    public static X509Extension ToExtension(IEnumerable<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        builder.AddDnsName("localhost");
        builder.AddIpAddress(IPAddress.Loopback);
        builder.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (string name in names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                builder.AddIpAddress(address);
            }
            else if (IsDnsName(name))
            {
                builder.AddDnsName(name);
            }
            else
            {
                throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{ItemName.ToText(System.Text.Encoding.UTF8.GetBytes(name))}' is neither a host name nor an address.")
                {
                    Target = name,
                    Advice = "Name the server as agents and panels will, such as backup.example.org or 192.0.2.7.",
                };
            }
        }

        return builder.Build();
    }

    private static bool IsDnsName(string name) => Uri.CheckHostName(name) == UriHostNameType.Dns;

    private static async Task<string> FindFullNameAsync(string host, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_lookUpLimit);
        try
        {
            // The look-up itself cannot always be stopped, so the waiting for it is.
            IPHostEntry entry = await Dns.GetHostEntryAsync(host, limit.Token).WaitAsync(limit.Token);
            return entry.HostName;
        }
        catch (SocketException)
        {
            return host;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return host;
        }
    }
}
