using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Relays;
using HandyBackup.Rpc.Sessions;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Enrollment;

/// <summary>The server's end of a connection on which a machine becomes an agent.</summary>
public static class EnrollmentSession
{
    private const string HelloMethod = MethodPrefix.Enrollment + nameof(IEnrollment.HelloAsync);

    /// <summary>
    /// Serves a machine until it leaves, breaks the rules, or its time is over: it has little to say, and more than a megabyte is never read of it.
    /// </summary>
    /// <param name="transport">The connection, safe from others already; it is ended in any case.</param>
    /// <param name="enrollment">What the server does for this machine.</param>
    /// <param name="options">How the connection is treated.</param>
    /// <param name="timeLimit">How long the machine may stay. Longer than the server lets wrong tokens wait.</param>
    /// <param name="cancellationToken">Ends the session. That is no error: the method returns.</param>
    /// <returns>What ended the session, for the log; null if the machine left or the server stopped.</returns>
    public static async Task<Exception?> ServeAsync(
        Stream transport, IEnrollment enrollment, AgentLinkOptions options, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(timeLimit, options.Time);
        try
        {
            await using var link = new AgentLink(
                transport,
                options,
                Party.NewAgent,
                rpc => new StreamConverter(typeof(ReceivedStreamConverter<>), rpc),
                handler => new SessionRpc(handler, HelloMethod, Party.NewAgent, options.OnUnexpectedError),
                isServer: false);
            var greeting = new EnrollmentGreeting(enrollment, ((SessionRpc)link.Rpc).Open);
            link.Rpc.Serve<IEnrollment>(new EnrollmentRelay(greeting, new ServingEnd(new SentStreams(), link.Multiplexer)), MethodPrefix.Enrollment);
            link.Start();
            using (timeout.Token.Register(() => link.End(new TimeoutException("The machine did not enrol in time."))))
            using (cancellationToken.Register(() => link.End(null)))
            {
                return await link.Completion.ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or InvalidDataException or IOException)
        {
            // The connection ended before the messages on it were set up.
            await transport.DisposeAsync().ConfigureAwait(false);
            return exception;
        }
    }
}
