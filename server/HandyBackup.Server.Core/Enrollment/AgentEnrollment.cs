using System.Net;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// Makes agents out of machines that show a token, and gives agents new certificates in time. Callers of <see cref="EnrollAsync"/> are strangers until it returns.
/// Safe to share between threads.
/// </summary>
internal sealed class AgentEnrollment(
    ICatalog catalog,
    EnrollmentTokens tokens,
    AgentCertificates certificates,
    CertificateAuthority authority,
    AddressDelays delays,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>Signs a machine's request and takes it in as an agent: approved at once, or pending if the token says so.</summary>
    /// <param name="request">What the machine handed in. Nothing of it is trusted.</param>
    /// <param name="address">Where it comes from; null if that is unknown. Callers who have shown wrong tokens wait for their answer.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.EnrollmentRefused"/> for every token that is not accepted; with one that is, and that then stays
    /// as it was: <see cref="ErrorCode.InvalidArgument"/> for the name, <see cref="ErrorCode.AgentExists"/>, <see cref="ErrorCode.CertificateRequestInvalid"/> or
    /// <see cref="ErrorCode.CertificateAuthorityExpired"/>.</exception>
    public async Task<EnrolledAgent> EnrollAsync(EnrollAgentRequest request, IPAddress? address, CancellationToken cancellationToken)
    {
        await delays.WaitAsync(address, cancellationToken);
        (EnrollmentTokenInfo? token, string? refusal) = await tokens.JudgeAsync(request.Token?.Value, cancellationToken);
        if (token is null)
        {
            throw Refused(address, refusal!);
        }

        NameRule.Check(request.Name, "agent");
        var id = Guid.NewGuid();
        // Signed before the token is counted down, so that nothing can fail between the two. If the token is gone by then, nobody ever sees the certificate.
        using X509Certificate2 certificate = certificates.Issue(id, request.CertificateRequest);
        DateTimeOffset now = time.GetUtcNow();
        var identity = new AgentIdentity
        {
            Id = id,
            Name = request.Name,
            Kind = token.Kind,
            Status = token.NeedsApproval ? AgentStatus.Pending : AgentStatus.Approved,
            Enrolled = now,
            EnrolledWith = token.Id,
            LastAddress = address?.ToString(),
        };
        if (!await catalog.EnrollmentTokens.RedeemAsync(token.Id, new AgentIdentityRecord(identity, AgentCertificates.SerialOf(certificate)), now, cancellationToken))
        {
            throw Refused(address, $"another machine was faster, or the token was revoked just now (token {token.Id})");
        }

        ServerLog.AgentEnrolled(logger, identity.Name, id, address, token.Id, identity.Status);
        return new EnrolledAgent { AgentId = id, Status = identity.Status, Certificate = certificate.RawData, AuthorityCertificate = authority.Certificate.RawData };
    }

    /// <summary>Gives an agent a new certificate. The one that it asked with stays good until the new one was used.</summary>
    /// <param name="agentId">The agent, as its connection proved.</param>
    /// <param name="used">The serial number of the certificate with which it proved that.</param>
    /// <param name="certificateRequest">A PKCS#10 request in DER, as it came from the agent.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The new certificate in DER.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CertificateRequestInvalid"/>, <see cref="ErrorCode.CertificateAuthorityExpired"/>, or
    /// <see cref="ErrorCode.AgentCertificateSuperseded"/> if the agent must not go on with the certificate that it used.</exception>
    public async Task<byte[]> RenewAsync(Guid agentId, byte[] used, byte[] certificateRequest, CancellationToken cancellationToken)
    {
        using X509Certificate2 certificate = certificates.Issue(agentId, certificateRequest);
        if (!await catalog.AgentIdentities.RenewAsync(agentId, used, AgentCertificates.SerialOf(certificate), cancellationToken))
        {
            throw new HandyBackupException(ErrorCode.AgentCertificateSuperseded, $"The agent {agentId} can get no new certificate with the one that it has.")
            {
                Target = agentId.ToString(),
                Advice = "See on the server whether the agent was suspended or removed, or has a newer certificate.",
            };
        }

        ServerLog.AgentCertificateRenewed(logger, agentId, certificate.NotAfter.ToUniversalTime());
        return certificate.RawData;
    }

    // One text for all reasons: a stranger does not learn which ids exist, nor that a token was good once.
    private HandyBackupException Refused(IPAddress? address, string reason)
    {
        delays.Count(address);
        ServerLog.EnrollmentRefused(logger, address, reason);
        return new HandyBackupException(ErrorCode.EnrollmentRefused, "The server does not accept the enrolment token.")
        {
            Advice = "Ask the server's administrator for a new token; the server's log says what is wrong with this one.",
        };
    }
}
