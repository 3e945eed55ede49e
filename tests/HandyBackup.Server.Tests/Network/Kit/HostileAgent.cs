using HandyBackup.Contracts;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>A real agent in bad hands: before it does what it was told, it does something else.</summary>
internal sealed class HostileAgent(IAgent inner) : ForwardingAgent(inner)
{
    /// <summary>What it does when it is told to back up.</summary>
    public Func<BackupOrder, IIngest, IRetrieve, Task> OnBackup { get; set; } = static (_, _, _) => Task.CompletedTask;

    /// <summary>What it does when it is told to restore.</summary>
    public Func<RestoreOrder, IRetrieve, Task> OnRestore { get; set; } = static (_, _) => Task.CompletedTask;

    public override async Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken)
    {
        await OnBackup(order, ingest, retrieve);
        return await Inner.BackupAsync(order, ingest, retrieve, observer, cancellationToken);
    }

    public override async Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken)
    {
        await OnRestore(order, retrieve);
        return await Inner.RestoreAsync(order, retrieve, observer, cancellationToken);
    }
}
