using System.Net;

namespace HandyBackup.Rpc;

/// <summary>Where a panel's connection comes from, as the transport has proved it.</summary>
public sealed record PanelOrigin
{
    private PanelOrigin()
    {
    }

    /// <summary>How the machine knows the account at the other end of the local endpoint; null for a connection over a network.</summary>
    public string? LocalAccount { get; private init; }

    /// <summary>The network address; null if it is unknown, and for local connections.</summary>
    public IPAddress? Address { get; private init; }

    /// <summary>The SHA-256 of the client certificate whose key the other end has proved to hold, in upper-case hexadecimal digits; null for none.</summary>
    public string? CertificateFingerprint { get; private init; }

    /// <summary>A connection over the local endpoint, whose peer was found to be trusted.</summary>
    /// <param name="account">How the machine knows the peer's account.</param>
    public static PanelOrigin Local(string account) => new() { LocalAccount = account };

    /// <summary>A connection over a network.</summary>
    /// <param name="address">Where it comes from; null if that is unknown.</param>
    /// <param name="certificateFingerprint">The SHA-256 of the client certificate of the TLS handshake, in hexadecimal digits. The caller has seen that it is within its time. Null for none.</param>
    public static PanelOrigin Remote(IPAddress? address, string? certificateFingerprint) =>
        new() { Address = address, CertificateFingerprint = certificateFingerprint?.ToUpperInvariant() };
}
