using System.Net;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// Writes into the audit log what was refused to machines: to agents, and to whoever pretends to be one or wants to become one. Safe to share between threads.
/// </summary>
/// <remarks>
/// Strangers could fill the disk with it. So within ten minutes there is one entry for what the same machine is refused for the same reason, and a hundred in all; the server's log has the rest.
/// </remarks>
internal sealed class MachineRefusals(AuditTrail audit, TimeProvider time, ILogger logger)
{
    /// <summary>How many entries are written within <see cref="Window"/>.</summary>
    public const int MaximumEntries = 100;

    /// <summary>How long what is alike is written once only.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly HashSet<(IPAddress Network, string Caller, string Action, ErrorCode Code)> _written = [];
    private long _since = time.GetTimestamp();

    /// <summary>Notes a refusal. Never fails: what could not be written is in the server's log.</summary>
    /// <param name="agent">The agent's name; null if nobody has proved to be one.</param>
    /// <param name="address">Where it comes from; null if that is unknown.</param>
    /// <param name="action">What it tried.</param>
    /// <param name="target">What it tried it on; empty if there is nothing to name.</param>
    /// <param name="code">Why it was refused.</param>
    public async Task NoteAsync(string? agent, IPAddress? address, string action, string target, ErrorCode code)
    {
        if (!IsDue((ClientNetwork.Of(address), agent ?? "", action, code)))
        {
            return;
        }

        Caller caller = agent is null ? Caller.Nobody : Caller.Agent(agent);
        try
        {
            await audit.NoteAsync(caller, PanelOrigin.Remote(address, null), action, target, AuditOutcome.Refused, code, CancellationToken.None);
        }
        catch (HandyBackupException exception)
        {
            ServerLog.RefusalNotNoted(logger, action, code, exception);
        }
    }

    private bool IsDue((IPAddress Network, string Caller, string Action, ErrorCode Code) refusal)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_since) >= Window)
            {
                _written.Clear();
                _since = time.GetTimestamp();
            }

            return _written.Count < MaximumEntries && _written.Add(refusal);
        }
    }
}
