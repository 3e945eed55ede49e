using System.Net;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What one machine that is to become an agent is offered on its connection.</summary>
internal sealed class EnrollmentService(FleetParts fleet, MachineRefusals refusals, IPAddress? address) : IEnrollment
{
    private int _hasAsked;

    /// <inheritdoc/>
    public Task<EnrollmentHelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken) => Task.FromResult(new EnrollmentHelloReply
    {
        Protocol = ProtocolVersion.Current,
        Product = ProductVersion.Product,
        AuthorityCertificate = fleet.Authority.Certificate.RawData,
    });

    /// <inheritdoc/>
    public async Task<EnrolledAgent> EnrollAsync(EnrollAgentRequest request, CancellationToken cancellationToken)
    {
        // One token for each connection: many at once would share one wait for wrong ones.
        if (Interlocked.Exchange(ref _hasAsked, 1) != 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "One connection can show one token.") { Advice = "Connect again." };
        }

        try
        {
            return await fleet.Enrollment.EnrollAsync(request, address, cancellationToken);
        }
        catch (HandyBackupException refusal) when (refusal.Code is ErrorCode.EnrollmentRefused or ErrorCode.CertificateRequestInvalid)
        {
            // The name that was given is not written: people put tokens into the wrong field.
            await refusals.NoteAsync(null, address, AgentEnrollment.Action, "", refusal.Code);
            throw;
        }
    }

    /// <summary>Does nothing: what is behind it serves all connections.</summary>
    public void Dispose()
    {
    }
}
