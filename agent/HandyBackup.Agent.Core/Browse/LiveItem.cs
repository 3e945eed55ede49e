using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Browse;

/// <summary>One live item: how it is found, and what it is called on the wire.</summary>
internal static class LiveItem
{
    /// <summary>Finds an item; null for the top of all.</summary>
    /// <param name="session">The source.</param>
    /// <param name="path">The path, with or without a leading '/'.</param>
    /// <param name="agent">The agent, for the message.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>.</exception>
    public static async ValueTask<SourceItem?> FindAsync(ISourceSession session, string path, string agent, CancellationToken cancellationToken)
    {
        string trimmed = path.Trim('/');
        return trimmed.Length == 0
            ? null
            : await session.FindAsync(ItemName.ToBytes(trimmed), cancellationToken)
                ?? throw new HandyBackupException(ErrorCode.ItemNotFound, $"There is no '{path}' on {agent}.") { Target = path };
    }

    /// <summary>What an item is shown as.</summary>
    public static ItemKind KindOf(SourceItemKind kind) => kind switch
    {
        SourceItemKind.File => ItemKind.File,
        SourceItemKind.Folder => ItemKind.Folder,
        SourceItemKind.SymbolicLink => ItemKind.SymbolicLink,
        SourceItemKind.BlockDevice => ItemKind.BlockDevice,
        SourceItemKind.CharacterDevice => ItemKind.CharacterDevice,
        SourceItemKind.Fifo => ItemKind.Fifo,
        SourceItemKind.Socket => ItemKind.Socket,
        _ => ItemKind.Other,
    };
}
