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
        Item item = await FindAsync(top, name, cancellationToken);
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

    // A folder that is listed shows its content and not itself: what is known of it stands in the folder above.
    private async Task<Item> FindAsync(string path, string name, CancellationToken cancellationToken)
    {
        string above = path.Length > name.Length ? path.Substring(0, path.Length - name.Length - 1) : "";
        await foreach (Item item in server.Items.ListAsync(place with { Path = above, Filter = Escape(name) }, cancellationToken))
        {
            if (item.Path == path)
            {
                return item;
            }
        }

        throw new HandyBackupException(ErrorCode.ItemNotFound, $"There is no '{path}'.") { Target = path, Advice = "List the folder above it with Get-HBItem." };
    }

    // A set of one character stands for itself.
    private static string Escape(string name) => string.Concat(name.Select(character => character is '*' or '?' or '[' ? $"[{character}]" : character.ToString()));
}
