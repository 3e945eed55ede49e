using HandyBackup.Agent.Core.Restore;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Items;

/// <summary>
/// Writes one item that comes from elsewhere, with what restores write with: a name that leads out of the destination, a link on the way and the agent's own
/// folders are refused, and a file appears whole or not at all.
/// </summary>
internal sealed class ItemWriting(IRestoringSource source, IReadOnlyList<string> protectedFolders)
{
    // Read, write and enter for owner, group and others, and the bit that keeps others from removing: what lends somebody's rights does not travel.
    private const int KeptMode = 0x3FF;

    /// <summary>Writes a file.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>, <see cref="ErrorCode.ContentIncomplete"/>, or what reading the content threw.</exception>
    /// <exception cref="SourceException">It cannot be written there.</exception>
    public async Task<WrittenItem> WriteFileAsync(ItemToWrite item, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        SourceItem file = Place(item, SourceItemKind.File);
        await using IRestoreTarget target = await source.OpenTargetAsync(item.Destination, protectedFolders, cancellationToken);
        (RestoreAction action, string? reason) = await DecideAsync(target, file, item.Overwrite, cancellationToken);
        if (action is RestoreAction.Skip or RestoreAction.Refuse)
        {
            return new WrittenItem { Action = action, Reason = reason };
        }

        await using IRestoreFile written = await target.CreateFileAsync(file, RestoreFileOptions.None, cancellationToken);
        long length = 0;
        await foreach (ReadOnlyMemory<byte> part in content.WithCancellation(cancellationToken))
        {
            await written.WriteAsync(length, part, cancellationToken);
            length += part.Length;
        }

        if (item.Size is { } size && size != length)
        {
            throw new HandyBackupException(ErrorCode.ContentIncomplete, $"'{item.Path}' has {length} bytes of content where {size} were announced.") { Target = item.Path };
        }

        IReadOnlyList<string> failures = await written.CompleteAsync(SourceItemDetails.None, cancellationToken);
        return new WrittenItem { Action = action, Bytes = length, MetadataFailures = failures };
    }

    /// <summary>Makes a folder, or sets the metadata of one that exists.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    /// <exception cref="SourceException">It cannot be made there.</exception>
    public async Task<WrittenItem> WriteFolderAsync(ItemToWrite item, CancellationToken cancellationToken)
    {
        SourceItem folder = Place(item, SourceItemKind.Folder);
        await using IRestoreTarget target = await source.OpenTargetAsync(item.Destination, protectedFolders, cancellationToken);
        (RestoreAction action, string? reason) = await DecideAsync(target, folder, item.Overwrite, cancellationToken);
        if (action is RestoreAction.Skip or RestoreAction.Refuse)
        {
            return new WrittenItem { Action = action, Reason = reason };
        }

        await target.CreateFolderAsync(folder, cancellationToken);
        return new WrittenItem { Action = action, MetadataFailures = await target.FinishFolderAsync(folder, SourceItemDetails.None, cancellationToken) };
    }

    private static async ValueTask<(RestoreAction Action, string? Reason)> DecideAsync(
        IRestoreTarget target, SourceItem item, OverwritePolicy policy, CancellationToken cancellationToken)
    {
        if (await target.FindAsync(item, cancellationToken) is not { } existing)
        {
            return (RestoreAction.Create, null);
        }

        RestoreAction action = OverwriteDecision.Decide(policy, item, existing, out string? reason);
        return (action, reason);
    }

    private static SourceItem Place(ItemToWrite item, SourceItemKind kind)
    {
        string[] names = item.Path.Split('/');
        if (item.Destination.Length == 0 || item.Size < 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "What is to be written needs a destination, and a size that is not negative.") { Target = item.Path };
        }

        SourceItem? parent = null;
        foreach (string name in names[..^1])
        {
            parent = new SourceItem { Parent = parent, Name = ItemName.ToBytes(name), Kind = SourceItemKind.Folder };
        }

        return new SourceItem
        {
            Parent = parent,
            Name = ItemName.ToBytes(names[^1]),
            Kind = kind,
            Size = kind == SourceItemKind.File ? item.Size : 0,
            Modified = item.Modified is { } time ? ToTime(time) : null,
            Mode = (uint?)(item.Mode & KeptMode),
            UserId = SourceItem.Unowned,
            GroupId = SourceItem.Unowned,
        };
    }

    private static SourceTime ToTime(DateTimeOffset time)
    {
        (long seconds, long rest) = Math.DivRem((time - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond);
        return rest >= 0
            ? new SourceTime(seconds, (int)(rest * TimeSpan.NanosecondsPerTick))
            : new SourceTime(seconds - 1, (int)((rest + TimeSpan.TicksPerSecond) * TimeSpan.NanosecondsPerTick));
    }
}
