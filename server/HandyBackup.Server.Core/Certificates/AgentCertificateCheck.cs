using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Network;

namespace HandyBackup.Server.Core;

/// <summary>
/// Says which agent a client certificate belongs to, or why it is refused. A handshake asks <see cref="Examine"/>, or <see cref="CheckAsync"/>; when it has ended,
/// and the connection can be found by whoever must cut it off, <see cref="AdmitAsync"/> has the last word. Safe to share between threads.
/// </summary>
internal sealed class AgentCertificateCheck(CertificateAuthority authority, ICatalog catalog, TimeProvider time)
{
    private const string EnrolAgain = "Enrol the agent again with a new token.";

    /// <summary>Judges the certificate alone, without the catalog: signature, time and use.</summary>
    /// <param name="certificate">What the other side showed; null if it showed none.</param>
    /// <returns>Why it is refused; null if nothing is wrong with it.</returns>
    public ErrorInfo? Examine(X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return Refusal(ErrorCode.AgentCertificateMissing, "Who connects as an agent must show its certificate.", "Enrol the machine first.");
        }

        // In this order: what a certificate says of itself means nothing before it is known to be ours.
        DateTimeOffset now = time.GetUtcNow();
        if (!AuthoritySignature.IsGood(certificate, authority.Certificate, now))
        {
            return Refusal(ErrorCode.AgentCertificateUntrusted, "The certificate was not signed by this server.", "See that the agent connects to the server that it enrolled with.");
        }

        if (now < certificate.NotBefore)
        {
            return Refusal(
                ErrorCode.AgentCertificateNotYetValid,
                $"The certificate is good from {certificate.NotBefore.ToUniversalTime():u} on, and the server's clock says {now:u}.",
                "Set the clock of the server's machine.");
        }

        if (now > certificate.NotAfter)
        {
            return Refusal(ErrorCode.AgentCertificateExpired, $"The certificate was good until {certificate.NotAfter.ToUniversalTime():u}.", EnrolAgain);
        }

        return CertificateUse.Allows(certificate, CertificateUse.Client)
            ? null
            : Refusal(ErrorCode.AgentCertificateWrongUse, "The certificate is not one of an agent.", "See that the agent uses the certificate that it got when it enrolled.");
    }

    /// <summary>Judges certificate and agent, and changes nothing.</summary>
    /// <param name="certificate">What the other side showed; null if it showed none.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<AgentVerdict> CheckAsync(X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        if (Examine(certificate) is { } fault)
        {
            return new AgentVerdict(null, fault);
        }

        if (AgentCertificates.AgentOf(certificate!) is not { } id)
        {
            return Refused(ErrorCode.AgentUnknown, "The certificate names no agent.", EnrolAgain);
        }

        if (await catalog.AgentIdentities.FindAsync(id, cancellationToken) is not { } agent)
        {
            return await catalog.AgentIdentities.IsRevokedAsync(id, cancellationToken)
                ? Refused(ErrorCode.AgentRevoked, $"The agent {id} was removed from the server.", EnrolAgain)
                : Refused(ErrorCode.AgentUnknown, $"The server knows no agent {id}.", EnrolAgain);
        }

        if (!IsKnown(certificate!, agent) && !await IsOfLostTimeAsync(certificate!, agent, cancellationToken))
        {
            return Refused(
                ErrorCode.AgentCertificateSuperseded,
                $"The agent '{agent.Identity.Name}' has a newer certificate.",
                "If two machines use one agent's certificate, such as copies of a disk, enrol one of them again. " + EnrolAgain);
        }

        return agent.Identity.Status switch
        {
            AgentStatus.Approved => new AgentVerdict(agent, null),
            AgentStatus.Pending => Refused(ErrorCode.AgentNotApproved, $"The agent '{agent.Identity.Name}' waits to be approved.", "Approve it on the server."),
            _ => Refused(ErrorCode.AgentSuspended, $"The agent '{agent.Identity.Name}' is suspended.", "Resume it on the server."),
        };
    }

    /// <summary>
    /// Notes that an agent has proved who it is: to be called when the handshake has ended. If the agent used its newest certificate, the one before is no longer
    /// good from now on. Register the connection with whoever cuts agents off before this call: a suspension in between is then missed by neither.
    /// </summary>
    /// <param name="certificate">What the other side showed and has the key of; null if it showed none.</param>
    /// <param name="address">Where it comes from; null if that is unknown.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<AgentVerdict> AdmitAsync(X509Certificate2? certificate, string? address, CancellationToken cancellationToken)
    {
        // What was true when it was looked up may have changed when it is to be saved: then another look says how.
        while (true)
        {
            AgentVerdict verdict = await CheckAsync(certificate, cancellationToken);
            if (verdict.Agent is not { } agent)
            {
                return verdict;
            }

            byte[] serial = AgentCertificates.SerialOf(certificate!);
            if (!IsKnown(certificate!, agent))
            {
                await catalog.AgentIdentities.RenewAsync(agent.Identity.Id, agent.Serial!, serial, cancellationToken);
            }

            if (await catalog.AgentIdentities.SetSeenAsync(agent.Identity.Id, serial, address, time.GetUtcNow(), cancellationToken))
            {
                return verdict;
            }
        }
    }

    // A server that was restored does not know the certificates that it signed after it was saved. Such a one is good for an agent that was not here since the restoration:
    // the first that it shows is its newest from then on. One whose place another machine took since then has its newest.
    private async Task<bool> IsOfLostTimeAsync(X509Certificate2 certificate, AgentIdentityRecord agent, CancellationToken cancellationToken) =>
        agent.Serial is not null
        && await RestorationNote.FindAsync(catalog.Settings, cancellationToken) is { } note
        && CertificateAuthority.TimeOfSigning(certificate) + TimeSpan.FromSeconds(1) > note.Saved
        && (agent.Identity.LastSeen ?? default) < note.Restored
        && agent.Identity.Enrolled < note.Restored;

    private static bool IsKnown(X509Certificate2 certificate, AgentIdentityRecord agent)
    {
        byte[] serial = AgentCertificates.SerialOf(certificate);
        return IsSame(serial, agent.Serial) || IsSame(serial, agent.PreviousSerial);
    }

    private static bool IsSame(byte[] serial, byte[]? known) => known is not null && serial.AsSpan().SequenceEqual(known);

    private static AgentVerdict Refused(ErrorCode code, string message, string advice) => new(null, Refusal(code, message, advice));

    private static ErrorInfo Refusal(ErrorCode code, string message, string advice) => new() { Code = code, Message = message, Advice = advice };
}
