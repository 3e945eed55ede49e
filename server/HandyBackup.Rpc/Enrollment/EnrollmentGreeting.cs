using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Enrollment;

/// <summary>The server's side of the hello of a machine that is to become an agent: compares the protocol versions, then opens the session.</summary>
internal sealed class EnrollmentGreeting(IEnrollment inner, Action opened) : IEnrollment
{
    public async Task<EnrollmentHelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
    {
        ProtocolAgreement.Verify(Party.NewAgent, request.Protocol, request.Product, ProtocolVersion.Current, ProtocolAgreement.Product);
        EnrollmentHelloReply reply = await inner.HelloAsync(request, cancellationToken).ConfigureAwait(false);
        opened();
        return reply;
    }

    public Task<EnrolledAgent> EnrollAsync(EnrollAgentRequest request, CancellationToken cancellationToken) => inner.EnrollAsync(request, cancellationToken);

    public void Dispose()
    {
        // The server's object is the server's.
    }
}
