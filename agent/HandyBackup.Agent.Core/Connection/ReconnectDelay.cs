using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>
/// How long to wait before the next attempt. The longest wait doubles from one second to a minute; the wait itself is drawn from its whole length, so that a
/// thousand agents of a server that comes back do not come all at once. One caller at a time.
/// </summary>
/// <param name="random">Where the jitter comes from.</param>
public sealed class ReconnectDelay(Random random)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    // Whoever waits to be approved sits before the screen of an administrator; the rest takes somebody to notice.
    private static readonly TimeSpan s_pending = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_refused = TimeSpan.FromMinutes(5);

    private TimeSpan _next = s_first;

    /// <summary>True if the server, or its administrator, does not want this agent: to ask again soon would change nothing.</summary>
    public static bool IsRefusal(ErrorCode code) => code is
        ErrorCode.ProtocolMismatch or ErrorCode.AccessDenied or
        ErrorCode.AgentCertificateMissing or ErrorCode.AgentCertificateUntrusted or ErrorCode.AgentCertificateExpired or ErrorCode.AgentCertificateNotYetValid or
        ErrorCode.AgentCertificateWrongUse or ErrorCode.AgentCertificateSuperseded or
        ErrorCode.AgentUnknown or ErrorCode.AgentRevoked or ErrorCode.AgentSuspended or ErrorCode.AgentNotApproved;

    /// <summary>The wait after an attempt that failed, or a connection that broke early.</summary>
    /// <param name="code">What went wrong.</param>
    public TimeSpan After(ErrorCode code)
    {
        if (IsRefusal(code))
        {
            // Half of it for certain: a refused agent is to cost the server next to nothing.
            TimeSpan refused = code == ErrorCode.AgentNotApproved ? s_pending : s_refused;
            return (refused / 2) + (refused / 2 * random.NextDouble());
        }

        TimeSpan longest = _next;
        _next = longest * 2 > s_longest ? s_longest : longest * 2;
        return longest * random.NextDouble();
    }

    /// <summary>To be called when a connection has lasted: the next trouble is another one.</summary>
    public void Reset() => _next = s_first;
}
