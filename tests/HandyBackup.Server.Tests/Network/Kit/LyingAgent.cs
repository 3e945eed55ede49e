using HandyBackup.Contracts;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>An agent that says at once that a backup is done, and names a root tree that it never sent.</summary>
internal sealed class LyingAgent(IAgent inner) : ForwardingAgent(inner)
{
    public override Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) =>
        Task.FromResult(new BackupOutcome { RootTree = new BlobId(new Sha256Hash(new byte[Sha256Hash.Size])), Totals = new RunProgress(), Paths = order.Selection.Paths });
}
