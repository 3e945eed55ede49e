using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>
/// Writes items into a <see cref="MemoryTree"/>, with faults. Files appear when they are completed; a name that leaves the destination, or a
/// place behind a symbolic link, is refused.
/// </summary>
public sealed class MemoryTarget : IRestoreTarget
{
    private readonly MemoryTree _tree;
    private readonly string _place;
    private readonly Lock _lock = new();
    private readonly HashSet<MemoryItem> _unfinishedFolders = [];
    private int _openFiles;
    private long _written;

    internal MemoryTarget(MemoryTree tree, string place)
    {
        _tree = tree;
        _place = place;
    }

    /// <summary>Bytes that fit before the target is full; unlimited by default.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Says which items cannot be written; the path is below the destination.</summary>
    public Func<string, bool>? CannotWrite { get; set; }

    /// <summary>Says which items' metadata cannot be set.</summary>
    public Func<string, bool>? CannotSetMetadata { get; set; }

    /// <summary>Files that were begun and neither completed nor given up.</summary>
    public int OpenFiles => _openFiles;

    /// <summary>Bytes written, also of files given up.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Folders that were created or merged and not finished.</summary>
    public int UnfinishedFolders
    {
        get
        {
            lock (_lock)
            {
                return _unfinishedFolders.Count;
            }
        }
    }

    /// <summary>True once the target was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <inheritdoc/>
    public ValueTask<SourceItem?> FindAsync(SourceItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            MemoryItem? folder = FindFolder(item);
            MemoryItem? found = null;
            folder?.Children.TryGetValue(item.Name.ToArray(), out found);
            return new ValueTask<SourceItem?>(found is null ? null : MemorySourceItem.From(found, item.Parent));
        }
    }

    /// <inheritdoc/>
    public ValueTask CreateFolderAsync(SourceItem folder, CancellationToken cancellationToken)
    {
        Check(folder, cancellationToken);
        lock (_lock)
        {
            MemoryItem parent = RequireFolder(folder);
            byte[] name = folder.Name.ToArray();
            if (!parent.Children.TryGetValue(name, out MemoryItem? existing) || existing.Kind != SourceItemKind.Folder)
            {
                existing = NewItem(folder, SourceItemDetails.None);
                parent.Children[name] = existing;
            }

            _unfinishedFolders.Add(existing);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IRestoreFile> CreateFileAsync(SourceItem file, RestoreFileOptions options, CancellationToken cancellationToken)
    {
        Check(file, cancellationToken);
        MemoryItem? earlier = null;
        lock (_lock)
        {
            MemoryItem folder = RequireFolder(file);
            if (options.Existing is not null)
            {
                folder.Children.TryGetValue(file.Name.ToArray(), out earlier);
            }
        }

        Interlocked.Increment(ref _openFiles);
        return new ValueTask<IRestoreFile>(new MemoryRestoreFile(this, file, earlier?.Content));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> CreateSpecialAsync(SourceItem item, SourceItemDetails details, CancellationToken cancellationToken)
    {
        Check(item, cancellationToken);
        lock (_lock)
        {
            RequireFolder(item).Children[item.Name.ToArray()] = NewItem(item, details);
        }

        return new ValueTask<IReadOnlyList<string>>(MetadataFaults(item));
    }

    /// <inheritdoc/>
    public ValueTask CreateHardLinkAsync(SourceItem item, SourceItem existing, CancellationToken cancellationToken)
    {
        Check(item, cancellationToken);
        lock (_lock)
        {
            if (FindFolder(existing) is not { } folder || !folder.Children.TryGetValue(existing.Name.ToArray(), out MemoryItem? first))
            {
                throw new SourceException(SourceError.NotWritten, "No such file or directory");
            }

            // One object under several names: what a hard link is. Its name stays that of the first.
            MemoryItem link = NewItem(item, first.Details);
            link.Content = first.Content;
            link.Inode = first.Inode;
            first.Links++;
            link.Links = first.Links;
            RequireFolder(item).Children[link.Name] = link;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> FinishFolderAsync(SourceItem folder, SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            MemoryItem item = RequireFolder(folder).Children[folder.Name.ToArray()];
            _unfinishedFolders.Remove(item);
            Apply(item, folder, details);
        }

        return new ValueTask<IReadOnlyList<string>>(MetadataFaults(folder));
    }

    /// <inheritdoc/>
    public ValueTask RemoveLeftoversAsync(SourceItem? folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    internal void Account(int bytes)
    {
        if (Interlocked.Add(ref _written, bytes) > Capacity)
        {
            throw new SourceException(SourceError.DestinationFull, "No space left on device");
        }
    }

    internal IReadOnlyList<string> Complete(SourceItem file, byte[] content, SourceItemDetails details)
    {
        MemoryItem item = NewItem(file, details);
        item.Content = content;
        lock (_lock)
        {
            RequireFolder(file).Children[item.Name] = item;
        }

        return MetadataFaults(file);
    }

    internal void Close() => Interlocked.Decrement(ref _openFiles);

    private static MemoryItem NewItem(SourceItem item, SourceItemDetails details)
    {
        var made = new MemoryItem { Name = item.Name.ToArray(), Kind = item.Kind };
        Apply(made, item, details);
        return made;
    }

    private static void Apply(MemoryItem made, SourceItem item, SourceItemDetails details)
    {
        made.Mode = item.Mode;
        made.UserId = item.UserId;
        made.GroupId = item.GroupId;
        made.Modified = item.Modified;
        made.Changed = item.Changed;
        made.Inode = item.Inode;
        made.Device = item.Device;
        made.Details = details;
    }

    private string[] MetadataFaults(SourceItem item) =>
        CannotSetMetadata?.Invoke(ItemName.ToText(item.GetPath())) == true ? ["The owner cannot be set: Operation not permitted"] : [];

    private void Check(SourceItem item, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlySpan<byte> name = item.Name.Span;
        if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.IndexOfAny((byte)'/', (byte)0) >= 0)
        {
            throw new SourceException(SourceError.DestinationEscapes, "The name leaves the destination.");
        }

        if (CannotWrite?.Invoke(ItemName.ToText(item.GetPath())) == true)
        {
            throw new SourceException(SourceError.NotWritten, "Permission denied");
        }
    }

    private MemoryItem RequireFolder(SourceItem item) =>
        FindFolder(item) ?? throw new SourceException(SourceError.NotWritten, "The folder above does not exist.");

    // The folder that the item lies in; the destination itself is made when first needed.
    private MemoryItem? FindFolder(SourceItem item)
    {
        MemoryItem? folder = item.Parent is null ? _tree.AddFolder(_place) : FindFolder(item.Parent);
        if (item.Parent is null || folder is null || !folder.Children.TryGetValue(item.Parent.Name.ToArray(), out MemoryItem? child))
        {
            return item.Parent is null ? folder : null;
        }

        return child.Kind switch
        {
            SourceItemKind.Folder => child,
            SourceItemKind.SymbolicLink => throw new SourceException(SourceError.DestinationEscapes, "The way leads through a symbolic link."),
            _ => throw new SourceException(SourceError.NotWritten, "Not a directory"),
        };
    }
}
