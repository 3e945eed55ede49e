using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>
/// <see cref="IAgent"/> as it travels to another machine. What an order hands in or reads goes through a channel of the order's own, which the server opens
/// and the order names.
/// </summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IRemoteAgent : IDisposable
{
    /// <summary>See <see cref="IAgent.DescribeAsync"/>.</summary>
    Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.ValidateAsync"/>.</summary>
    Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.ListItemsAsync"/>.</summary>
    IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.BackupAsync"/>.</summary>
    Task<BackupOutcome> BackupAsync(RemoteBackupOrder order, CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.PlanRestoreAsync"/>.</summary>
    IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RemoteRestoreOrder order, CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.RestoreAsync"/>.</summary>
    Task<RestoreOutcome> RestoreAsync(RemoteRestoreOrder order, CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.ReadContentAsync"/>.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.WriteFileAsync"/>.</summary>
    Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.WriteFolderAsync"/>.</summary>
    Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken);

    /// <summary>See <see cref="IAgent.RemoveItemsAsync"/>.</summary>
    IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, CancellationToken cancellationToken);
}
