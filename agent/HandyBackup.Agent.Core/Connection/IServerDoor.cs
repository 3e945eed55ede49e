using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>The ways from this machine into its server. Safe for several threads; all calls end with their result, a <see cref="HandyBackupException"/> or an <see cref="OperationCanceledException"/>.</summary>
public interface IServerDoor
{
    /// <summary>Makes this machine an agent. Sends the token only to the server that it promises.</summary>
    /// <param name="server">The server.</param>
    /// <param name="request">Token, name and certificate request.</param>
    /// <param name="cancellationToken">Stops it; the token may have been used all the same.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.EnrollmentRefused"/>, <see cref="ErrorCode.ConnectionLost"/> and what else keeps it from it.</exception>
    Task<EnrolledAgent> EnrollAsync(ServerAddress server, EnrollAgentRequest request, CancellationToken cancellationToken);

    /// <summary>Connects and says hello; from then on the server gives the agent its orders.</summary>
    /// <param name="server">The server.</param>
    /// <param name="credential">What the agent proves itself with; not used any more when the call has ended.</param>
    /// <param name="agent">The agent; it outlives the connection.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="HandyBackupException">The server cannot be reached (transient), or does not want this agent.</exception>
    Task<IServerConnection> ConnectAsync(ServerAddress server, AgentCredential credential, IAgent agent, CancellationToken cancellationToken);
}
