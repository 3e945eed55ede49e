using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Items as they lie on agents: shown, read, written and removed by the agent that has them. Safe to share between threads.</summary>
internal sealed class LiveItems(AgentDirectory agents)
{
    /// <summary>Lists items.</summary>
    /// <exception cref="HandyBackupException">The agent or its source cannot be found or used.</exception>
    public async IAsyncEnumerable<Item> ListAsync(ItemQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (ConnectedAgent agent, SourceSelection selection) = await FindAsync(query.Agent, query.Selection, cancellationToken);
        var live = new LiveItemQuery
        {
            Selection = selection,
            Path = query.Path,
            Recurse = query.Recurse,
            Filter = query.Filter,
        };
        await foreach (Item item in agent.Agent.ListItemsAsync(live, cancellationToken))
        {
            yield return item with { Agent = agent.Description.Name, Source = selection.Source };
        }
    }

    /// <inheritdoc cref="IItems.ReadLiveAsync"/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(LiveContentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (ConnectedAgent agent, SourceSelection selection) = await FindAsync(request.Agent, request.Selection, cancellationToken);
        var query = new LiveContentQuery { Selection = selection, Path = request.Path, Offset = request.Offset, Length = request.Length };
        await foreach (ReadOnlyMemory<byte> part in agent.Agent.ReadContentAsync(query, cancellationToken))
        {
            yield return part;
        }
    }

    /// <inheritdoc cref="IItems.WriteFileAsync"/>
    public async Task<WrittenItem> WriteFileAsync(
        string? agent, ItemToWrite item, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        (ConnectedAgent receiver, SourceSelection target) = await FindAsync(agent, null, cancellationToken);
        return await receiver.Agent.WriteFileAsync(new ItemWriteOrder { Target = target, Item = item }, content, cancellationToken);
    }

    /// <inheritdoc cref="IItems.WriteFolderAsync"/>
    public async Task<WrittenItem> WriteFolderAsync(WriteItemRequest request, CancellationToken cancellationToken)
    {
        (ConnectedAgent receiver, SourceSelection target) = await FindAsync(request.Agent, null, cancellationToken);
        return await receiver.Agent.WriteFolderAsync(new ItemWriteOrder { Target = target, Item = request.Item }, cancellationToken);
    }

    /// <inheritdoc cref="IItems.RemoveAsync"/>
    public async IAsyncEnumerable<ItemRemoval> RemoveAsync(RemoveItemsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (ConnectedAgent agent, SourceSelection selection) = await FindAsync(request.Agent, request.Selection, cancellationToken);
        var order = new RemovalOrder { Selection = selection, Path = request.Path, Recurse = request.Recurse };
        await foreach (ItemRemoval removal in agent.Agent.RemoveItemsAsync(order, cancellationToken))
        {
            yield return removal;
        }
    }

    private async Task<(ConnectedAgent Agent, SourceSelection Selection)> FindAsync(string? name, SourceSelection? selection, CancellationToken cancellationToken)
    {
        ConnectedAgent agent = await agents.FindAsync(name, cancellationToken);
        SourceSelection wanted = selection ?? new SourceSelection { Source = SourceKinds.Files };
        return (agent, wanted with { Source = agent.FindSource(wanted.Source).Kind });
    }
}
