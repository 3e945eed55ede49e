namespace HandyBackup.Contracts;

/// <summary>What a machine hands in to become an agent.</summary>
public sealed record EnrollAgentRequest
{
    /// <summary>The enrolment token.</summary>
    public required Secret Token { get; init; }

    /// <summary>The name that the agent asks for: the machine's host name unless somebody chose another.</summary>
    public required string Name { get; init; }

    /// <summary>A PKCS#10 request in DER, signed with the key that the agent made. Only its key is used: ECDSA P-256 or P-384, or RSA of 3072 bits or more.</summary>
    public required byte[] CertificateRequest { get; init; }
}
