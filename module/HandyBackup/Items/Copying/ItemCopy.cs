using HandyBackup.Contracts;

namespace HandyBackup.Module.Items.Copying;

/// <summary>Copies items one after the other. What cannot be copied is told, and the rest goes on.</summary>
/// <param name="source">Where they are.</param>
/// <param name="target">Where they go.</param>
/// <param name="report">Is told why an item was not copied. Throws if that makes it pointless to go on.</param>
internal sealed class ItemCopy(ICopySource source, ICopyTarget target, Action<HandyBackupException> report)
{
    // Folders on the way whose content is being written, the innermost last.
    private readonly Stack<CopiedItem> _open = new();
    private string? _refused;

    /// <summary>How many files were written.</summary>
    public long Files { get; private set; }

    /// <summary>How many bytes of content were written.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many files were there already and left.</summary>
    public long Skipped { get; private set; }

    /// <summary>How many items could not be copied.</summary>
    public long Failed { get; private set; }

    /// <summary>Copies an item.</summary>
    /// <param name="path">The item, as the source names it.</param>
    /// <param name="recurse">True to copy a folder with all that is in it.</param>
    /// <param name="onItem">Called before each item.</param>
    /// <param name="cancellationToken">Stops the copying. Files that were copied stay; of the one that was under way nothing does.</param>
    /// <exception cref="HandyBackupException">The item is not there, or the listing broke off.</exception>
    public async Task RunAsync(string path, bool recurse, Action<CopiedItem> onItem, CancellationToken cancellationToken)
    {
        await foreach (CopiedItem item in source.ListAsync(path, recurse, cancellationToken))
        {
            if (_refused is not null && ItemPath.IsWithin(item.Path, _refused))
            {
                continue;
            }

            while (_open.Count > 0 && !ItemPath.IsWithin(item.Path, _open.Peek().Path))
            {
                await FinishFolderAsync(cancellationToken);
            }

            onItem(item);
            await TryAsync(item, () => CopyAsync(item, recurse, cancellationToken));
        }

        while (_open.Count > 0)
        {
            await FinishFolderAsync(cancellationToken);
        }
    }

    private async Task CopyAsync(CopiedItem item, bool recurse, CancellationToken cancellationToken)
    {
        if (item.Kind == ItemKind.Folder && recurse)
        {
            _refused = item.Path;
            Note(item, await target.WriteFolderAsync(item, isFinished: false, cancellationToken));
            _refused = null;
            _open.Push(item);
        }
        else if (item.Kind == ItemKind.File)
        {
            WrittenItem written = await target.WriteFileAsync(item, source, cancellationToken);
            Note(item, written);
            Files += written.Action == RestoreAction.Skip ? 0 : 1;
            Skipped += written.Action == RestoreAction.Skip ? 1 : 0;
            Bytes += written.Bytes;
        }
        else
        {
            throw new HandyBackupException(ErrorCode.ItemUnsupported, $"'{item.Origin}' is a {item.Kind}, which is not copied.")
            {
                Target = item.Origin,
                Advice = item.Kind == ItemKind.Folder ? "Copy folders with -Recurse." : "Only files and folders are copied; a backup and a restore keep the rest, too.",
            };
        }
    }

    private async Task FinishFolderAsync(CancellationToken cancellationToken)
    {
        CopiedItem folder = _open.Pop();
        await TryAsync(folder, async () => Note(folder, await target.WriteFolderAsync(folder, isFinished: true, cancellationToken)));
    }

    private async Task TryAsync(CopiedItem item, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (HandyBackupException exception)
        {
            Failed++;
            report(exception.Target is null ? new HandyBackupException(exception.Code, exception.Message, exception) { Target = item.Origin, Advice = exception.Advice } : exception);
        }
    }

    private void Note(CopiedItem item, WrittenItem written)
    {
        if (written.Action == RestoreAction.Refuse)
        {
            throw new HandyBackupException(ErrorCode.ItemNotRestored, $"'{item.Path}' cannot be written: {written.Reason}") { Target = item.Origin };
        }

        if (written.MetadataFailures.Count > 0)
        {
            report(new HandyBackupException(ErrorCode.MetadataNotRestored, $"'{item.Path}' was written, but {string.Join(" ", written.MetadataFailures)}") { Target = item.Origin });
        }
    }
}
