using System.Net;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
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
    Action<Guid> cutOff,
    AuditTrail audit,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>As the audit log names an enrolment.</summary>
    public const string Action = "Enrollment.Enroll";

    /// <summary>
    /// Signs a machine's request and takes it in as an agent: approved at once, or pending if the token says so. A machine whose answer was lost asks again with the same key and name: as long as it
    /// was never here as an agent it becomes the same one, and with the token of the first time no use is counted. With a token for a certain agent's place the machine becomes that agent, whatever name
    /// it asks for: the machine that was it before is cut off at once, and its certificate is refused from then on.
    /// </summary>
    /// <param name="request">What the machine handed in. Nothing of it is trusted.</param>
    /// <param name="address">Where it comes from; null if that is unknown. Callers who have shown wrong tokens wait for their answer.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.EnrollmentRefused"/> for every token that is not accepted; with one that is, and that then stays
    /// as it was: <see cref="ErrorCode.InvalidArgument"/> for the name, <see cref="ErrorCode.AgentExists"/>, <see cref="ErrorCode.CertificateRequestInvalid"/> or
    /// <see cref="ErrorCode.CertificateAuthorityExpired"/>.</exception>
    public async Task<EnrolledAgent> EnrollAsync(EnrollAgentRequest request, IPAddress? address, CancellationToken cancellationToken)
    {
        await delays.WaitAsync(address, cancellationToken);
        (EnrollmentTokenRecord? record, string? refusal) = await tokens.JudgeAsync(request.Token?.Value, cancellationToken);
        if (record is null)
        {
            throw Refused(address, refusal!);
        }

        EnrollmentTokenInfo token = record.Info;
        PublicKey key = ReadKey(request, token, address);
        byte[] keyHash = AgentCertificates.HashOf(key);
        (AgentIdentity? before, EnrollmentWay way) = await FindWayAsync(record, request.Name, keyHash, cancellationToken);
        if (way != EnrollmentWay.Again && token.Remaining <= 0)
        {
            throw Refused(address, UsedUp(token));
        }

        // Signed before the token is counted down, so that nothing can fail between the two. If the token is gone by then, nobody ever sees the certificate.
        Guid id = before?.Id ?? Guid.NewGuid();
        using X509Certificate2 certificate = certificates.Issue(id, key);
        byte[] serial = AgentCertificates.SerialOf(certificate);
        AgentIdentity identity = way == EnrollmentWay.New ? NewIdentity(id, request.Name, token, address) : before!;
        AuditedCall call = await audit.BeginAsync(
            Caller.Agent(identity.Name), PanelOrigin.Remote(address, null), Action, $"agent {identity.Name} ({id}), enrolment token {token.Id}{Describe(way)}", cancellationToken);
        await RedeemAsync(call, token, way, address, async () => way switch
        {
            EnrollmentWay.Again => await catalog.EnrollmentTokens.RedeemAgainAsync(token.Id, id, keyHash, serial, time.GetUtcNow(), cancellationToken),
            EnrollmentWay.Place => await ReplaceAsync(token.Id, id, keyHash, serial, address, cancellationToken),
            _ => await catalog.EnrollmentTokens.RedeemAsync(token.Id, new AgentIdentityRecord(identity, serial, EnrollmentKey: keyHash), identity.Enrolled, cancellationToken),
        });
        ServerLog.AgentEnrolled(logger, identity.Name, id, address, token.Id, identity.Status);
        return new EnrolledAgent { AgentId = id, Name = identity.Name, Status = identity.Status, Certificate = certificate.RawData, AuthorityCertificate = authority.Certificate.RawData };
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

    private static string UsedUp(EnrollmentTokenInfo token) => $"the token is used up (token {token.Id})";

    private AgentIdentity NewIdentity(Guid id, string name, EnrollmentTokenInfo token, IPAddress? address) => new()
    {
        Id = id,
        Name = name,
        Kind = token.Kind,
        Status = token.NeedsApproval ? AgentStatus.Pending : AgentStatus.Approved,
        Enrolled = time.GetUtcNow(),
        EnrolledWith = token.Id,
        LastAddress = address?.ToString(),
    };

    // What is wrong with a request is told to those alone who could still enrol with their token: it says that the token was good once.
    private PublicKey ReadKey(EnrollAgentRequest request, EnrollmentTokenInfo token, IPAddress? address)
    {
        try
        {
            NameRule.Check(request.Name, "agent");
            return AgentCertificates.KeyOf(request.CertificateRequest);
        }
        catch (HandyBackupException) when (token.Remaining <= 0)
        {
            throw Refused(address, UsedUp(token));
        }
    }

    private static string Describe(EnrollmentWay way) => way switch
    {
        EnrollmentWay.Again => ", again",
        EnrollmentWay.Place => ", in the place of its machine",
        _ => "",
    };

    // Whether the machine became an agent already, and its answer was lost, its key tells. The name must be the same then: an administrator may have approved it, and groups may go by it. Where the
    // token names the agent, the machine has no say in the name.
    private async Task<(AgentIdentity? Before, EnrollmentWay Way)> FindWayAsync(EnrollmentTokenRecord token, string name, byte[] keyHash, CancellationToken cancellationToken)
    {
        AgentIdentityRecord? known = token.AgentId is { } id
            ? await catalog.AgentIdentities.FindAsync(id, cancellationToken)
            : await catalog.AgentIdentities.FindAsync(name, cancellationToken);
        bool isSameMachine = known?.EnrollmentKey is { } key && key.AsSpan().SequenceEqual(keyHash);
        return isSameMachine && known!.Identity.EnrolledWith == token.Info.Id ? (known.Identity, EnrollmentWay.Again)
            : token.AgentId is not null ? (known?.Identity, known is null ? EnrollmentWay.New : EnrollmentWay.Place)
            : (isSameMachine ? known!.Identity : null, EnrollmentWay.New);
    }

    private async Task<bool> ReplaceAsync(string token, Guid id, byte[] keyHash, byte[] serial, IPAddress? address, CancellationToken cancellationToken)
    {
        bool isReplaced = await catalog.EnrollmentTokens.RedeemForAgentAsync(token, id, keyHash, serial, address?.ToString(), time.GetUtcNow(), cancellationToken);
        if (isReplaced)
        {
            // The machine that was this agent until now; the new one has not heard of its certificate yet.
            cutOff(id);
        }

        return isReplaced;
    }

    private async Task RedeemAsync(AuditedCall call, EnrollmentTokenInfo token, EnrollmentWay way, IPAddress? address, Func<Task<bool>> redeem)
    {
        bool isRedeemed = false;
        try
        {
            isRedeemed = await redeem();
        }
        catch (Exception exception)
        {
            await call.EndAsync(exception);
            throw;
        }
        finally
        {
            if (way == EnrollmentWay.Again || !isRedeemed)
            {
                // Entries of the audit log that use up no token: who repeats it for their sake is made to wait.
                delays.Count(address);
            }
        }

        if (!isRedeemed)
        {
            await call.EndAsync(AuditOutcome.Failed, ErrorCode.EnrollmentRefused);
            throw Refused(address, $"another machine was faster, or the token was revoked or the agent suspended just now (token {token.Id})");
        }

        await call.EndAsync(AuditOutcome.Done, null);
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
