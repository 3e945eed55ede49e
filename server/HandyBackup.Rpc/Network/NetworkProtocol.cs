using System.Net.Security;

namespace HandyBackup.Rpc.Network;

/// <summary>What is spoken over a network connection; agreed on during the TLS handshake by ALPN, so that one port serves all.</summary>
public static class NetworkProtocol
{
    /// <summary>A machine becomes an agent.</summary>
    public static SslApplicationProtocol Enrollment { get; } = new("hb-enrol");

    /// <summary>An agent's connection; the agent shows its certificate.</summary>
    public static SslApplicationProtocol Agent { get; } = new("hb-agent");

    /// <summary>A panel's connection.</summary>
    public static SslApplicationProtocol Panel { get; } = new("hb-panel");
}
