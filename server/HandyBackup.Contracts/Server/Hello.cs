namespace HandyBackup.Contracts;

/// <summary>The first call on a connection.</summary>
/// <param name="Protocol">The caller's <see cref="ProtocolVersion"/>.</param>
/// <param name="Product">The caller's product and version, for the log.</param>
/// <param name="Capabilities">Optional features that the caller understands.</param>
public sealed record HelloRequest(int Protocol, string Product, IReadOnlyList<string> Capabilities);

/// <summary>The answer to a hello.</summary>
/// <param name="Protocol">The server's <see cref="ProtocolVersion"/>.</param>
/// <param name="Product">The server's product and version.</param>
/// <param name="Capabilities">The optional features that both sides understand.</param>
public sealed record HelloReply(int Protocol, string Product, IReadOnlyList<string> Capabilities)
{
    /// <summary>
    /// The certificate of the server's certification authority in DER, for panels on other machines; null over the local endpoint. It is the right one only if its hash
    /// is the one that the panel knows, and if it signed the certificate of this connection.
    /// </summary>
    public byte[]? AuthorityCertificate { get; init; }
}
