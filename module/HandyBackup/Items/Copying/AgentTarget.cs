using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Items.Copying;

/// <summary>Copies to an agent. What lies on an agent too does not come by here.</summary>
/// <param name="server">The connection.</param>
/// <param name="agent">The agent's name.</param>
/// <param name="destination">The folder on its machine.</param>
/// <param name="overwrite">What happens to files that exist.</param>
internal sealed class AgentTarget(PanelConnection server, string agent, string destination, OverwritePolicy overwrite) : ICopyTarget
{
    public Task<WrittenItem> WriteFolderAsync(CopiedItem folder, bool isFinished, CancellationToken cancellationToken)
    {
        ItemToWrite item = Describe(folder);
        return server.Items.WriteFolderAsync(
            new WriteItemRequest { Agent = agent, Item = isFinished ? item : item with { Mode = null, Modified = null } }, cancellationToken);
    }

    public Task<WrittenItem> WriteFileAsync(CopiedItem file, ICopySource source, CancellationToken cancellationToken) => source.FindLive(file) is { } live
        ? server.Items.CopyFileAsync(new CopyFileRequest { File = live, Agent = agent, Item = Describe(file) }, cancellationToken)
        : server.Items.WriteFileAsync(new WriteItemRequest { Agent = agent, Item = Describe(file) }, source.ReadAsync(file, cancellationToken), cancellationToken);

    private ItemToWrite Describe(CopiedItem item) => new()
    {
        Destination = destination,
        Path = item.Path,
        Size = item.Size,
        Modified = item.Modified,
        Mode = item.Mode,
        Overwrite = overwrite,
    };
}
