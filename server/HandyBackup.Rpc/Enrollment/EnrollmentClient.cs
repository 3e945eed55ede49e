using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Network;
using HandyBackup.Rpc.Relays;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Enrollment;

/// <summary>How a machine becomes an agent of a server that it knows by its enrolment token alone.</summary>
public static class EnrollmentClient
{
    // A server lets callers who have shown wrong tokens wait for half a minute.
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Makes sure that the server is the one that the token is for, and only then shows it the token. Nothing secret leaves the machine otherwise.
    /// </summary>
    /// <param name="address">Where the server is.</param>
    /// <param name="request">The token, the name that is asked for, and the request for a certificate.</param>
    /// <param name="options">How the server is connected to. Whom to trust says the token, so <see cref="ServerTransportOptions.Authority"/> is ignored.</param>
    /// <param name="cancellationToken">Stops the call. If the server has answered by then the token may be used up.</param>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.EnrollmentTokenInvalid"/> before anything is connected to; what <see cref="ServerTransport.ConnectAsync"/> gives;
    /// <see cref="ErrorCode.EnrollmentServerMismatch"/>; <see cref="ErrorCode.ProtocolMismatch"/>; the refusals of <see cref="IEnrollment.EnrollAsync"/>;
    /// <see cref="ErrorCode.TimedOut"/> or <see cref="ErrorCode.ConnectionLost"/>.
    /// </exception>
    public static async Task<EnrolledAgent> EnrollAsync(ServerAddress address, EnrollAgentRequest request, ServerTransportOptions options, CancellationToken cancellationToken)
    {
        EnrollmentTokenText token = EnrollmentTokenText.Parse(request.Token.Value);
        var stranger = options with { Authority = null, ClientCertificate = null };
        ServerTransport transport = await ServerTransport.ConnectAsync(address, NetworkProtocol.Enrollment, stranger, cancellationToken).ConfigureAwait(false);
        await using (transport.ConfigureAwait(false))
        {
            using var timeout = new CancellationTokenSource(s_answerLimit, options.Time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                return await TalkAsync(transport, address, token, request, options, limit.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (limit.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new HandyBackupException(ErrorCode.TimedOut, $"The server at {address} did not answer in time.", exception)
                {
                    Target = address.ToString(),
                    Advice = Party.ServerOfNewAgent.LostAdvice,
                    IsTransient = true,
                };
            }
        }
    }

    private static async Task<EnrolledAgent> TalkAsync(
        ServerTransport transport, ServerAddress address, EnrollmentTokenText token, EnrollAgentRequest request, ServerTransportOptions options, CancellationToken cancellationToken)
    {
        var linkOptions = new AgentLinkOptions { Time = options.Time };
        await using AgentLink link = Open(transport, linkOptions);
        var calling = new CallingEnd(Party.ServerOfNewAgent, link.Multiplexer, stop => Task.Delay(linkOptions.StopLimit, linkOptions.Time, stop));
        using var enrollment = new EnrollmentRelay(link.Rpc.Reach<IEnrollment>(MethodPrefix.Enrollment), calling);
        link.Start();

        // A server that hangs answers no cancellation either: the connection is cut, and that ends the call.
        using CancellationTokenRegistration cut = cancellationToken.Register(() => link.End(null));
        var hello = new HelloRequest(ProtocolVersion.Current, ProtocolAgreement.Product, []);
        EnrollmentHelloReply reply = await enrollment.HelloAsync(hello, cancellationToken).ConfigureAwait(false);
        VerifyServer(transport, address, token, reply.AuthorityCertificate);
        ProtocolAgreement.Verify(Party.NewAgent, hello.Protocol, hello.Product, reply.Protocol, reply.Product);
        EnrolledAgent enrolled = await enrollment.EnrollAsync(request, cancellationToken).ConfigureAwait(false);
        return token.Promises(enrolled.AuthorityCertificate) ? enrolled : throw Mismatch(address, "it handed out another authority than it had shown", null);
    }

    private static AgentLink Open(ServerTransport transport, AgentLinkOptions options)
    {
        try
        {
            return new AgentLink(
                transport.Stream,
                options,
                Party.ServerOfNewAgent,
                rpc => new StreamConverter(typeof(ReceivedStreamConverter<>), rpc),
                handler => new PeerRpc(handler, Party.NewAgent),
                isServer: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            throw LostConnection.To(Party.ServerOfNewAgent, exception);
        }
    }

    private static void VerifyServer(ServerTransport transport, ServerAddress address, EnrollmentTokenText token, byte[] authority)
    {
        if (!token.Promises(authority))
        {
            throw Mismatch(address, "its certification authority is another than the token's", null);
        }

        try
        {
            using X509Certificate2 promised = new X509Certificate2(authority);
            transport.VerifyServer(promised);
        }
        catch (CryptographicException exception)
        {
            throw Mismatch(address, "its certification authority cannot be read", exception);
        }
    }

    private static HandyBackupException Mismatch(ServerAddress address, string reason, Exception? cause) =>
        new(ErrorCode.EnrollmentServerMismatch, $"The server at {address} is not the one that the token is for: {reason}.", cause)
        {
            Target = address.ToString(),
            Advice = "See that the address is right and that the token was made by this server. Somebody between the machines would look the same.",
        };
}
