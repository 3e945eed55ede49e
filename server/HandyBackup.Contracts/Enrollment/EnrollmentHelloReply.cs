namespace HandyBackup.Contracts;

/// <summary>The answer to the hello of a machine that is to become an agent.</summary>
public sealed record EnrollmentHelloReply
{
    /// <summary>The server's <see cref="ProtocolVersion"/>.</summary>
    public required int Protocol { get; init; }

    /// <summary>The server's product and version.</summary>
    public required string Product { get; init; }

    /// <summary>The certificate of the server's certification authority in DER. It is the right one only if its hash is the token's, and if it signed the certificate of this connection.</summary>
    public required byte[] AuthorityCertificate { get; init; }
}
