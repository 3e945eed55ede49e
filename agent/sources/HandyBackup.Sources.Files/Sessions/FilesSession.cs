namespace HandyBackup.Sources.Files.Sessions;

/// <summary>
/// The files that were asked for, as one tree: what is asked for is shown at its place, the folders above it with nothing else in them.
/// The platforms differ below <see cref="IFileTree"/> only.
/// </summary>
internal sealed class FilesSession : IRemovingSession
{
    private readonly IFileTree _tree;
    private readonly FilesRules _rules;
    private readonly Action<SourceIssue> _onIssue;
    private readonly RootNode _roots = new();
    private readonly List<string> _paths = [];
    private readonly List<FolderMark> _protected;
    private readonly bool _leavesOut;

    private FilesSession(IFileTree tree, FilesRules rules, SourceSessionRequest request)
    {
        _tree = tree;
        _rules = rules;
        _onIssue = request.OnIssue;
        _protected = [.. request.ProtectedFolders.Select(tree.Identify).OfType<FolderMark>()];
        _leavesOut = request.ApplyExcludes;
    }

    public IReadOnlyList<string> Paths => _paths;

    /// <summary>Opens a session that owns the tree from now on.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.NotFound"/>: none of the paths exists.</exception>
    public static FilesSession Open(IFileTree tree, FilesRules rules, SourceSessionRequest request)
    {
        var session = new FilesSession(tree, rules, request);
        IEnumerable<byte[]> paths = request.Paths.Count == 0 ? [[]] : request.Paths.Select(tree.ParsePath);
        session.AddPaths(paths.DistinctBy(Convert.ToHexString));
        return session;
    }

    public IAsyncEnumerable<SourceItem> ListAsync(SourceItem? folder, CancellationToken cancellationToken) =>
        new FolderListing(this, Own(folder), cancellationToken);

    public ValueTask<SourceItem?> FindAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        FileItem? item = null;
        bool isFirst = true;
        foreach (Range part in path.Span.Split((byte)'/'))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> name = path.Span[part];
            if ((!isFirst && item!.Kind != SourceItemKind.Folder) || !IsName(name) || !IsShown(item, name))
            {
                return new ValueTask<SourceItem?>(result: null);
            }

            item = GetItem(item, Terminate(name), NameHint.Unknown);
            if (item is null)
            {
                return new ValueTask<SourceItem?>(result: null);
            }

            isFirst = false;
        }

        return new ValueTask<SourceItem?>(item);
    }

    public ValueTask<SourceItemDetails> GetDetailsAsync(SourceItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<SourceItemDetails>(_tree.GetDetails(Own(item)!));
    }

    public ValueTask<ISourceReader> OpenReadAsync(SourceItem file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return FindProtectedFolder(Own(file)!) is { } folder
            ? throw ProtectedFolder.Refuse(folder)
            : new ValueTask<ISourceReader>(_tree.OpenRead(Own(file)!));
    }

    public string? GetProtection(SourceItem item)
    {
        FileItem own = Own(item)!;
        return own.Kind == SourceItemKind.Folder && _tree.IsVolume(own) ? "It is the top of a volume."
            : FindProtectedFolder(own) is { } folder ? ProtectedFolder.Refuse(folder).Message
            : null;
    }

    public ValueTask RemoveAsync(SourceItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (GetProtection(item) is { } reason)
        {
            throw new SourceException(SourceError.Protected, reason);
        }

        _tree.Remove(Own(item)!);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _tree.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The names that a folder shows, as far as names can tell.</summary>
    internal FolderNames ReadNames(FileItem? folder, CancellationToken cancellationToken)
    {
        if (GetAbove(folder) is { } above)
        {
            using var leading = new FolderNames.Builder();
            foreach (byte[] name in above.Names)
            {
                leading.Add(name, NameHint.Unknown);
            }

            return leading.ToSorted();
        }

        if (IsOtherFileSystem(folder))
        {
            return FolderNames.Empty;
        }

        if (FindLeftOut(folder) is { } own)
        {
            _onIssue(new SourceIssue(folder!.GetPath(), SourceError.LeftOut, ProtectedFolder.LeaveOut(own.Path)));
            return FolderNames.Empty;
        }

        FolderNames names = _tree.ReadNames(folder, cancellationToken);
        int tag = _rules.ExcludeCaches ? names.IndexOf(CacheFolderTag.Name) : -1;
        return tag >= 0 && IsCacheTag(folder, names.GetTerminated(tag)) ? names.Only(tag) : names;
    }

    /// <summary>Looks at one name in a folder; null if it is not shown. A failure is told to the caller's issue handler.</summary>
    internal FileItem? GetItem(FileItem? folder, ReadOnlyMemory<byte> terminatedName, NameHint hint)
    {
        RootNode? above = GetAbove(folder);
        ReadOnlySpan<byte> name = terminatedName.Span[..^1];
        if (above is null && hint != NameHint.Unknown && IsExcluded(folder, name, hint == NameHint.Folder))
        {
            return null;
        }

        RootNode? node = above?.Find(name);
        FileItem? item;
        try
        {
            item = _tree.Find(folder, terminatedName, followLink: node is { IsRoot: false });
        }
        catch (SourceException exception)
        {
            // What may be excluded by a rule for folders only must not be reported just because its kind cannot be learnt.
            if (above is not null || !IsExcluded(folder, name, isFolder: true))
            {
                _onIssue(new SourceIssue(PathOf(folder, name), exception.Error, exception.Message));
            }

            return null;
        }

        if (item is null)
        {
            // An item that is gone before it was first looked at is like one that never was, unless it was asked for.
            if (node is not null)
            {
                _onIssue(new SourceIssue(PathOf(folder, name), SourceError.Vanished, "It was there when the session was opened and is gone."));
            }

            return null;
        }

        if (above is null && !IsWanted(folder, item, hint))
        {
            return null;
        }

        item.Above = node is { IsRoot: false } ? node : null;
        item.RootDevice = node is not null ? item.DeviceId : GetRootDevice(folder);
        return item;
    }

    private static bool IsName(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8) && !name.Contains((byte)0);

    private static byte[] Terminate(ReadOnlySpan<byte> name)
    {
        byte[] terminated = new byte[name.Length + 1];
        name.CopyTo(terminated);
        return terminated;
    }

    private static FileItem? Own(SourceItem? item) => item is null or FileItem
        ? (FileItem?)item
        : throw new ArgumentException("The item is not one of this session.", nameof(item));

    private string? FindProtectedFolder(FileItem item)
    {
        // A backup comes to nothing that is in one: its content is not listed, and no path in it is accepted.
        for (FileItem? at = _leavesOut ? null : item; at is not null && _protected.Count > 0; at = (FileItem?)at.Parent)
        {
            if (at.Kind == SourceItemKind.Folder && _protected.Find(mark => _tree.IsAt(at, mark)) is { } folder)
            {
                return folder.Path;
            }
        }

        return null;
    }

    // Asked for every folder of a backup, so what is none of them by its looks costs no more than that.
    private FolderMark? FindLeftOut(FileItem? folder) =>
        _leavesOut && folder is not null ? _protected.Find(mark => _tree.MayBeAt(folder, mark) && _tree.IsAt(folder, mark)) : null;

    private static byte[] PathOf(FileItem? folder, ReadOnlySpan<byte> name) => folder is null ? name.ToArray() : [.. folder.GetPath(), (byte)'/', .. name];

    private RootNode? GetAbove(FileItem? folder) => folder is null ? (_roots.IsRoot ? null : _roots) : folder.Above;

    private ulong GetRootDevice(FileItem? folder) => folder?.RootDevice ?? _tree.TopDevice;

    private bool IsOtherFileSystem(FileItem? folder) => _rules.OneFileSystem && folder is not null && folder.DeviceId != folder.RootDevice;

    private bool IsExcluded(FileItem? folder, ReadOnlySpan<byte> name, bool isFolder) =>
        !_rules.Excludes.IsEmpty && _rules.Excludes.IsExcluded(GetExcludeState(folder), name, isFolder);

    private ulong[] GetExcludeState(FileItem? folder)
    {
        if (folder is null)
        {
            return _rules.Excludes.Start;
        }

        // The folders above were listed or found before, so this goes up one step only.
        return folder.ExcludeState ??= _rules.Excludes.Descend(GetExcludeState((FileItem?)folder.Parent), folder.Name.Span);
    }

    private bool IsWanted(FileItem? folder, FileItem item, NameHint hint)
    {
        bool isFolder = item.Kind == SourceItemKind.Folder;
        if (hint == NameHint.Unknown && IsExcluded(folder, item.Name.Span, isFolder))
        {
            return false;
        }

        // A folder on another file system is kept, empty, so that there is a mount point after a restore.
        return (isFolder || !_rules.OneFileSystem || item.DeviceId == GetRootDevice(folder))
            && (item.Kind != SourceItemKind.File || !(item.Size > _rules.MaximumSize));
    }

    // Whether a folder shows the name at all, apart from the rules for single names.
    private bool IsShown(FileItem? folder, ReadOnlySpan<byte> name)
    {
        if (GetAbove(folder) is { } above)
        {
            return above.Find(name) is not null;
        }

        return !IsOtherFileSystem(folder)
            && FindLeftOut(folder) is null
            && (!_rules.ExcludeCaches || name.SequenceEqual(CacheFolderTag.Name) || !IsCacheTag(folder, CacheFolderTag.TerminatedName));
    }

    private bool IsCacheTag(FileItem? folder, ReadOnlyMemory<byte> terminatedName)
    {
        try
        {
            return _tree.Find(folder, terminatedName, followLink: false) is { Kind: SourceItemKind.File } tag
                && CacheFolderTag.IsValid(_tree, tag);
        }
        catch (SourceException exception)
        {
            _onIssue(new SourceIssue(PathOf(folder, CacheFolderTag.Name), exception.Error, exception.Message));
            return false;
        }
    }

    private void AddPaths(IEnumerable<byte[]> treePaths)
    {
        List<byte[]> found = [];
        SourceIssue? first = null;
        foreach (byte[] path in treePaths)
        {
            SourceIssue? issue = Check(path);
            if (issue is null)
            {
                found.Add(path);
                _roots.Add(path);
                continue;
            }

            first ??= issue;
            _onIssue(issue);
        }

        if (found.Count == 0)
        {
            throw new SourceException(first!.Error == SourceError.Vanished ? SourceError.NotFound : first.Error, $"{_tree.FormatPath(first.Path.Span)}: {first.Reason}")
            {
                ItemPath = first.Path,
                Advice = "Check how the path is written, and that the agent may read it.",
            };
        }

        foreach (byte[] path in found)
        {
            if (_roots.Has(path))
            {
                _paths.Add(_tree.FormatPath(path));
            }
            else if (!IsReachable(path))
            {
                _onIssue(new SourceIssue(path, SourceError.Unsupported, "The path goes through a symbolic link that another of the paths contains. Give the real path instead."));
            }
        }
    }

    private SourceIssue? Check(byte[] treePath)
    {
        try
        {
            FileItem? item = null;
            int done = 0;
            foreach (Range part in treePath.AsSpan().Split((byte)'/'))
            {
                if (treePath.Length == 0)
                {
                    break;
                }

                bool isLast = part.End.Value == treePath.Length;
                item = _tree.Find(item, Terminate(treePath.AsSpan()[part]), followLink: !isLast);
                done = part.End.Value;
                if (item is null || (!isLast && item.Kind != SourceItemKind.Folder))
                {
                    return new SourceIssue(treePath, SourceError.NotFound, item is null ? "There is no such file or folder." : $"{_tree.FormatPath(treePath.AsSpan(0, done))} is no folder.");
                }
            }

            if (_leavesOut && item is not null && _protected.Count > 0)
            {
                // What is asked for by name may be reached through links, which listings never follow.
                _tree.CheckPlace(item, [.. _protected.Select(mark => mark.Path)]);
            }

            return null;
        }
        catch (SourceException exception)
        {
            return new SourceIssue(treePath, exception.Error, exception.Message);
        }
    }

    private bool IsReachable(byte[] treePath)
    {
        FileItem? item = null;
        foreach (Range part in treePath.AsSpan().Split((byte)'/'))
        {
            if (treePath.Length == 0)
            {
                break;
            }

            RootNode? above = GetAbove(item);
            RootNode? node = above?.Find(treePath.AsSpan()[part]);
            item = _tree.Find(item, Terminate(treePath.AsSpan()[part]), followLink: node is { IsRoot: false });
            if (item is null || (item.Kind == SourceItemKind.SymbolicLink && part.End.Value != treePath.Length))
            {
                return false;
            }

            item.Above = node is { IsRoot: false } ? node : null;
        }

        return true;
    }
}
