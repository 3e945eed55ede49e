using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Items;

/// <summary>Finds one item. A folder that is listed shows its content and not itself: what is known of it stands in the folder above.</summary>
internal static class ItemSearch
{
    /// <summary>Finds an item of a snapshot or of an agent.</summary>
    /// <param name="server">The connection.</param>
    /// <param name="place">Which snapshot or agent.</param>
    /// <param name="path">The item, as <see cref="ItemPath.Normalize"/> writes it.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>, also for the top, which is in no folder; or why the folder above cannot be listed.</exception>
    public static async Task<Item> FindAsync(PanelConnection server, ItemQuery place, string path, CancellationToken cancellationToken)
    {
        string name = ItemPath.Name(path);
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
