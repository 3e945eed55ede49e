using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Enrollment;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>What a server does with connections from other machines once they are safe from others: it makes agents, and works with those it has. Safe to share between threads.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without timer holds nothing but memory, and connections may end late.")]
public sealed class FleetDoor
{
    // Longer than a caller waits who has shown many wrong tokens.
    private static readonly TimeSpan s_enrollmentLimit = TimeSpan.FromSeconds(45);

    // As the audit log names what agents try first.
    private const string Connecting = "Gateway.Hello";

    private readonly FleetParts _fleet;
    private readonly AgentDirectory _agents;
    private readonly MachineRefusals _refusals;
    private readonly IdleWatch _idle;
    private readonly TimeProvider _time;
    private readonly MemoryPool<byte> _buffers;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;

    internal FleetDoor(FleetParts fleet, AgentDirectory agents, MachineRefusals refusals, IdleWatch idle, TimeProvider time, MemoryPool<byte> buffers, ILogger logger)
    {
        _fleet = fleet;
        _agents = agents;
        _refusals = refusals;
        _idle = idle;
        _time = time;
        _buffers = buffers;
        _logger = logger;
    }

    /// <summary>The certificate, with its key, for a TLS handshake that begins now. It renews itself. Not to be disposed by the caller.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CertificateAuthorityExpired"/>.</exception>
    public X509Certificate2 ServerCertificate => _fleet.ServerCertificate.Current;

    /// <summary>Serves a machine that is to become an agent. Returns when the connection has ended, whoever ended it.</summary>
    /// <param name="transport">The connection; it is ended in any case.</param>
    /// <param name="address">Where it comes from; null if that is unknown.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    public Task ServeEnrollmentAsync(Stream transport, IPAddress? address, CancellationToken cancellationToken) =>
        ServeAsync(stop => ServeNewAgentAsync(transport, address, stop), cancellationToken);

    /// <summary>Serves an agent, or tells whoever connects why he is none. Returns when the connection has ended, whoever ended it.</summary>
    /// <param name="transport">The connection; it is ended in any case.</param>
    /// <param name="certificate">What the other side showed, and has the key of, but is not trusted for yet; null if it showed none.</param>
    /// <param name="address">Where it comes from; null if that is unknown.</param>
    /// <param name="onAdmitted">Is called when the other side was found to be an agent of this server; returns at once.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    public Task ServeAgentAsync(Stream transport, X509Certificate2? certificate, IPAddress? address, Action onAdmitted, CancellationToken cancellationToken) =>
        ServeAsync(stop => AdmitAsync(transport, certificate, address, onAdmitted, stop), cancellationToken);

    /// <summary>Writes into the audit log that somebody was turned away who did not get as far as to one of the other methods, or broke the rules of a panel's connection.</summary>
    /// <param name="address">Where he comes from; null if that is unknown.</param>
    /// <param name="action">What he tried.</param>
    /// <param name="code">Why he was refused.</param>
    public Task NoteRefusalAsync(IPAddress? address, string action, ErrorCode code) => _refusals.NoteAsync(null, address, action, "", code);

    /// <summary>Ends all connections and waits for them: nothing of them uses the server afterwards. Who connects from now on is turned away.</summary>
    internal async Task EndAsync()
    {
        await _ending.CancelAsync();
        lock (_gate)
        {
            EndIfIdle();
        }

        await _ended.Task;
    }

    private async Task ServeAsync(Func<CancellationToken, Task> serve, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            _connections++;
        }

        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
            await serve(stop.Token);
        }
        finally
        {
            lock (_gate)
            {
                _connections--;
                EndIfIdle();
            }
        }
    }

    private void EndIfIdle()
    {
        if (_connections == 0 && _ending.IsCancellationRequested)
        {
            _ended.TrySetResult();
        }
    }

    private async Task ServeNewAgentAsync(Stream transport, IPAddress? address, CancellationToken cancellationToken)
    {
        using var enrollment = new EnrollmentService(_fleet, _refusals, address);
        Exception? reason = await EnrollmentSession.ServeAsync(transport, enrollment, Options(address), s_enrollmentLimit, cancellationToken);
        ServerLog.EnrollmentEnded(_logger, address, reason?.Message ?? "it left");
        if (reason is InvalidDataException)
        {
            await _refusals.NoteAsync(null, address, AgentEnrollment.Action, "", ErrorCode.ProtocolViolated);
        }
    }

    private async Task AdmitAsync(Stream transport, X509Certificate2? certificate, IPAddress? address, Action onAdmitted, CancellationToken cancellationToken)
    {
        // Only a certificate of ours says whose connection this is.
        bool isOurs = _fleet.Check.Examine(certificate) is null;
        using AgentArrival? arrival = isOurs && AgentCertificates.AgentOf(certificate!) is { } id ? _agents.Enter(id) : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, arrival?.CutOff ?? CancellationToken.None);
        using var gateway = new AgentGateway(_fleet, certificate, address);
        try
        {
            await using AgentSession session = await AcceptAsync(transport, gateway, address, stop.Token);
            onAdmitted();
            await ServeAsync(session, arrival!, gateway.Identity!, address, stop.Token);
            if (!stop.IsCancellationRequested)
            {
                // It was here until now. Who was cut off may not be said to be, and who connected anew has said so.
                await _fleet.Check.AdmitAsync(certificate, address?.ToString(), stop.Token);
            }
        }
        catch (HandyBackupException refusal)
        {
            ServerLog.AgentTurnedAway(_logger, address, refusal.Code, refusal.Message);
            await NoteRefusalAsync(certificate, isOurs, address, refusal);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ServerLog.AgentTurnedAway(_logger, address, ErrorCode.Cancelled, "It was cut off.");
        }
    }

    // A fleet that comes back all at once leaves much behind that nobody needs any more.
    private async Task<AgentSession> AcceptAsync(Stream transport, AgentGateway gateway, IPAddress? address, CancellationToken cancellationToken)
    {
        _idle.WorkBegan();
        try
        {
            return await AgentSession.AcceptAsync(transport, gateway, Options(address), cancellationToken);
        }
        finally
        {
            _idle.WorkEnded();
        }
    }

    private async Task ServeAsync(AgentSession session, AgentArrival arrival, AgentIdentity identity, IPAddress? address, CancellationToken stop)
    {
        await _agents.ConnectAsync(arrival, identity, session.Hello.Description, session.Agent, session.Ended, stop);
        ServerLog.AgentConnected(_logger, identity.Name, identity.Id, address);
        await ((Task)session.Ended).WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Exception? fault = stop.IsCancellationRequested ? null : await session.Ended;
        string reason = stop.IsCancellationRequested ? "it was cut off, has connected anew, or the server stops" : fault?.Message ?? "it left";
        ServerLog.AgentDisconnected(_logger, identity.Name, identity.Id, reason);
        if (fault is InvalidDataException)
        {
            await _refusals.NoteAsync(identity.Name, address, Connecting, "", ErrorCode.ProtocolViolated);
        }
    }

    // A lost connection is no refusal, unless it was lost because of what the other side sent.
    private async Task NoteRefusalAsync(X509Certificate2? certificate, bool isOurs, IPAddress? address, HandyBackupException refusal)
    {
        ErrorCode code = refusal.InnerException is InvalidDataException ? ErrorCode.ProtocolViolated : refusal.Code;
        if (code is not (ErrorCode.ConnectionLost or ErrorCode.Cancelled))
        {
            string? agent = isOurs && AgentCertificates.AgentOf(certificate!) is { } id ? await _agents.FindNameAsync(id, CancellationToken.None) ?? id.ToString() : null;
            await _refusals.NoteAsync(agent, address, Connecting, "", code);
        }
    }

    private AgentLinkOptions Options(IPAddress? address) => new()
    {
        Time = _time,
        Buffers = _buffers,
        OnUnexpectedError = error => ServerLog.RemoteCallFailed(_logger, error.CorrelationId, error.Method, address, error.Exception),
    };
}
