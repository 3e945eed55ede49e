using HandyBackup.Agent.Core.Connection;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Kit;

/// <summary>A connection of which the test says when it ends and what it answers.</summary>
internal sealed class ScriptedConnection(AgentKind kind, AgentDescription description) : IServerConnection
{
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AgentKind Kind => kind;

    public AgentDescription Description => description;

    public Task<Exception?> Ended => _ended.Task;

    public bool IsDisposed { get; private set; }

    public int Pings { get; private set; }

    /// <summary>True if signs of life never arrive, as after a change of the network.</summary>
    public bool IsDead { get; set; }

    /// <summary>Signs renewals; null if none is expected.</summary>
    public Func<byte[], byte[]>? Renew { get; set; }

    public int Renewals { get; private set; }

    public void End(Exception? reason) => _ended.TrySetResult(reason);

    public Task PingAsync(CancellationToken cancellationToken)
    {
        Pings++;
        return IsDead ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask;
    }

    public Task<byte[]> RenewAsync(byte[] certificateRequest, CancellationToken cancellationToken)
    {
        Renewals++;
        return Task.FromResult((Renew ?? throw new HandyBackupException(ErrorCode.ConnectionLost, "no renewal now"))(certificateRequest));
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        _ended.TrySetResult(null);
        return ValueTask.CompletedTask;
    }
}
