using System.Collections.Concurrent;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>A real agent whose backups are counted while they go on. One path leads to a folder of its own on each, as on machines of their own.</summary>
internal sealed class CountedAgent(IAgent inner, string folder, BackupCounter all) : ForwardingAgent(inner)
{
    // So long that those that may work side by side do.
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(150);

    /// <summary>The backups of this agent alone.</summary>
    public BackupCounter Own { get; } = new();

    /// <summary>The orders for backups that it was given.</summary>
    public ConcurrentQueue<BackupOrder> Orders { get; } = new();

    public override async Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken)
    {
        using (all.Count())
        using (Own.Count())
        {
            Orders.Enqueue(order);
            await Task.Delay(s_least, cancellationToken);
            BackupOutcome outcome = await Inner.BackupAsync(order with { Selection = order.Selection with { Paths = [folder] } }, ingest, retrieve, observer, cancellationToken);
            return outcome with { Paths = order.Selection.Paths };
        }
    }
}
