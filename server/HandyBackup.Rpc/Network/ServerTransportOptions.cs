using System.Security.Cryptography.X509Certificates;

namespace HandyBackup.Rpc.Network;

/// <summary>How a server on another machine is connected to.</summary>
public sealed record ServerTransportOptions
{
    /// <summary>
    /// The certificate of the certification authority that must have signed the server's; null to trust nobody yet: then
    /// <see cref="ServerTransport.VerifyServer"/> must be called before anything secret is sent.
    /// </summary>
    public X509Certificate2? Authority { get; init; }

    /// <summary>The certificate, with its private key, by which this end proves who it is; null to show none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>How long the look-up of the name, the connection and the handshake may take together.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The clock by which certificates are judged and waits are limited.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
