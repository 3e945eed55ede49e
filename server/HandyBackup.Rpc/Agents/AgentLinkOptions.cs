using System.Buffers;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Agents;

/// <summary>How the two ends of an agent's connection treat it. Each end has its own; they need not be alike.</summary>
public sealed record AgentLinkOptions
{
    /// <summary>How long the hello may take before the connection is ended.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an agent asks whether the server lives, which tells the server that the agent does.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing at all may arrive before the other end is held for dead: two beats and a half, so that a death is known and told within 30 seconds.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the other end is given to end what was cancelled before this end goes on without its answer.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the buffers of blobs come from. Safe for several threads.</summary>
    public MemoryPool<byte> Buffers { get; init; } = MemoryPool<byte>.Shared;

    /// <summary>Receives what the other end is not told: the whole of an exception that no caller can act on. Called from any thread; must not throw.</summary>
    public Action<UnexpectedError>? OnUnexpectedError { get; init; }

    /// <summary>Hands an exception that no caller can act on to <see cref="OnUnexpectedError"/>, and makes what the other end is told instead.</summary>
    internal HandyBackupException ReportUnexpected(string method, Exception exception)
    {
        string correlationId = Guid.NewGuid().ToString("N");
        OnUnexpectedError?.Invoke(new UnexpectedError(correlationId, method, exception));
        return new HandyBackupException(ErrorCode.InternalError, $"The server failed to carry out '{method}'.", exception)
        {
            Target = correlationId,
            Advice = $"Look for {correlationId} in the server's log.",
        };
    }
}
