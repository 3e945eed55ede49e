using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Items;

/// <summary>The content of items, wherever they are.</summary>
internal static class ItemContent
{
    /// <summary>Reads a file of a snapshot or of an agent. Each part is good until the next is asked for.</summary>
    /// <param name="server">The connection.</param>
    /// <param name="place">Which snapshot or agent.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> Read(PanelConnection server, ItemQuery place, string path, CancellationToken cancellationToken) =>
        place.Snapshot is { } snapshot
            ? server.Items.ReadStoredAsync(new StoredContentRequest { Snapshot = snapshot, Path = path }, cancellationToken)
            : server.Items.ReadLiveAsync(new LiveContentRequest { Agent = place.Agent, Selection = place.Selection, Path = path }, cancellationToken);
}
