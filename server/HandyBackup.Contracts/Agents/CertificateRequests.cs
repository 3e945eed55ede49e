namespace HandyBackup.Contracts;

/// <summary>What an agent hands in to get a new certificate.</summary>
/// <param name="CertificateRequest">A PKCS#10 request in DER, signed with the new key. Only its key is used: ECDSA P-256 or P-384, or RSA of 3072 bits or more.</param>
public sealed record CertificateRenewalRequest(byte[] CertificateRequest);

/// <summary>A new certificate.</summary>
/// <param name="Certificate">The certificate in DER, for the agent's id as before.</param>
public sealed record RenewedCertificate(byte[] Certificate);
