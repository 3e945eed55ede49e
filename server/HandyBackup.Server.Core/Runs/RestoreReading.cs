using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Gives an agent that is to restore what it may read.</summary>
internal static class RestoreReading
{
    /// <summary>The agent on another machine reads what it was told to restore, and nothing else; the one in the server's own process is the server.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="order">What it is to restore.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="onRefused">Is told what was refused to it, from any thread; returns at once.</param>
    /// <param name="cancellationToken">Stops the reading of the folders on the way.</param>
    public static async Task<IRetrieve> OpenAsync(
        ConnectedAgent agent, RestoreOrder order, IndexedRepository repository, Action<BlobId> onRefused, CancellationToken cancellationToken) => agent.IsEmbedded
            ? repository.Reader
            : await ConfinedReader.OfItemsAsync(repository, order.RootTree, order.Selections.Select(selection => selection.Path), onRefused, cancellationToken);
}
