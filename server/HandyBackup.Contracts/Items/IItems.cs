using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>Files and folders, live and stored.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IItems : IDisposable
{
    /// <summary>Lists items, folders before their content.</summary>
    [Requires(Permission.Browse, Narrowable = true)]
    IAsyncEnumerable<Item> ListAsync(ItemQuery query, CancellationToken cancellationToken);

    /// <summary>Says item by item what a restore would do, and changes nothing.</summary>
    [Requires(Permission.Restore, Narrowable = true)]
    IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreRequest request, CancellationToken cancellationToken);

    /// <summary>Starts a restore and returns its run as it begins.</summary>
    [Requires(Permission.Restore, Narrowable = true)]
    Task<Run> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a file that lies on an agent. The content comes in parts, each good until the next is asked for.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>, <see cref="ErrorCode.ItemUnreadable"/>, <see cref="ErrorCode.ItemUnsupported"/> if it is no file,
    /// <see cref="ErrorCode.ItemProtected"/>, or, at the end, <see cref="ErrorCode.ItemChanged"/>.</exception>
    [Requires(Permission.ManageItems, Narrowable = true, Audited = true)]
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLiveAsync(LiveContentRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a file that a snapshot holds: a restore to whoever asks. The content comes in parts, each good until the next is asked for.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>, <see cref="ErrorCode.ItemUnsupported"/> if it is no file, or a blob is missing or damaged.</exception>
    [Requires(Permission.Restore, Narrowable = true, Audited = true)]
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadStoredAsync(StoredContentRequest request, CancellationToken cancellationToken);

    /// <summary>Writes a file on an agent. It appears whole under its name, or not at all.</summary>
    /// <param name="request">Which file.</param>
    /// <param name="content">Its content. Not read if what exists is left.</param>
    /// <param name="cancellationToken">Stops the writing; what existed before stays.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentReadOnly"/>, an error of the destination, or what reading the content threw.</exception>
    [Requires(Permission.ManageItems, Narrowable = true)]
    Task<WrittenItem> WriteFileAsync(WriteItemRequest request, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken);

    /// <summary>Makes a folder on an agent, or sets the metadata of one that exists.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentReadOnly"/> or an error of the destination.</exception>
    [Requires(Permission.ManageItems, Narrowable = true)]
    Task<WrittenItem> WriteFolderAsync(WriteItemRequest request, CancellationToken cancellationToken);

    /// <summary>Copies a file from agent to agent, as <see cref="ReadLiveAsync"/> and <see cref="WriteFileAsync"/> would; the content passes the server only.</summary>
    /// <exception cref="HandyBackupException">What the two throw.</exception>
    [Requires(Permission.ManageItems, Narrowable = true)]
    Task<WrittenItem> CopyFileAsync(CopyFileRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Removes an item of an agent, a folder after its content. Says of each item what became of it, and goes on where one cannot be removed. Whoever stops reading stops the removing.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>, <see cref="ErrorCode.ItemProtected"/>, <see cref="ErrorCode.FolderNotEmpty"/>,
    /// <see cref="ErrorCode.RemovalNotSupported"/> or <see cref="ErrorCode.AgentReadOnly"/>: nothing was removed.</exception>
    [Requires(Permission.ManageItems, Narrowable = true, Audited = true)]
    IAsyncEnumerable<ItemRemoval> RemoveAsync(RemoveItemsRequest request, CancellationToken cancellationToken);
}
