namespace HandyBackup.Server.Core;

/// <summary>What a server needs to have agents on other machines.</summary>
/// <param name="Authority">Signs the certificates of the server and of its agents.</param>
/// <param name="ServerCertificate">By which the server proves who it is.</param>
/// <param name="Check">Judges the certificates of agents.</param>
/// <param name="Tokens">The tokens with which machines become agents.</param>
/// <param name="Enrollment">Makes machines agents.</param>
internal sealed record FleetParts(
    CertificateAuthority Authority,
    ServerCertificate ServerCertificate,
    AgentCertificateCheck Check,
    EnrollmentTokens Tokens,
    AgentEnrollment Enrollment);
