using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IEnrollment"/> through a <see cref="CallPath"/>.</summary>
internal sealed class EnrollmentRelay(IEnrollment inner, CallPath path) : IEnrollment
{
    public Task<EnrollmentHelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.HelloAsync(request, token), cancellationToken);

    public Task<EnrolledAgent> EnrollAsync(EnrollAgentRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.EnrollAsync(request, token), cancellationToken);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
