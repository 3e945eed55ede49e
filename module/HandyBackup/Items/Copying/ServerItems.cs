using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Items.Copying;

/// <summary>Copies from a snapshot, or from an agent.</summary>
/// <param name="server">The connection.</param>
/// <param name="place">Which snapshot or agent.</param>
internal sealed class ServerItems(PanelConnection server, ItemQuery place) : ICopySource
{
    public async IAsyncEnumerable<CopiedItem> ListAsync(string path, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string top = ItemPath.Normalize(path);
        string name = ItemPath.Name(top);
        Item item = await ItemSearch.FindAsync(server, place, top, cancellationToken);
        yield return Describe(item, name);
        if (item.Kind != ItemKind.Folder || !recurse)
        {
            yield break;
        }

        await foreach (Item below in server.Items.ListAsync(place with { Path = top, Recurse = true }, cancellationToken))
        {
            yield return Describe(below, $"{name}{below.Path.Substring(top.Length)}");
        }
    }

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CopiedItem file, CancellationToken cancellationToken) =>
        ItemContent.Read(server, place, file.Origin, cancellationToken);

    public LiveContentRequest? FindLive(CopiedItem file) =>
        place.Snapshot is null ? new LiveContentRequest { Agent = place.Agent, Selection = place.Selection, Path = file.Origin } : null;

    private static CopiedItem Describe(Item item, string path) => new()
    {
        Origin = item.Path,
        Path = path,
        Kind = item.Kind,
        Size = item.Size,
        Modified = item.Modified,
        Mode = item.Mode,
    };
}
