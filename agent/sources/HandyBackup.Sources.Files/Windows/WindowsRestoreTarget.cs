using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Windows.Native;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>Writes items below a folder; a link or junction on an item's way is refused.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsRestoreTarget : IRestoreTarget
{
    // What Windows takes for something else than a part of a name: streams, separators, wildcards, and the rest it refuses.
    private static readonly SearchValues<byte> s_forbidden = SearchValues.Create("\\:*?\"<>|"u8);

    private readonly string? _destination;
    private readonly WindowsProtectedFolders _protected;

    private WindowsRestoreTarget(string? destination, WindowsProtectedFolders protectedFolders)
    {
        _destination = destination;
        _protected = protectedFolders;
    }

    /// <summary>Prepares a destination; null for the drives themselves.</summary>
    /// <exception cref="SourceException">The destination is no folder, or is protected.</exception>
    public static WindowsRestoreTarget Open(string? destination, IReadOnlyList<string> protectedFolders)
    {
        var folders = new WindowsProtectedFolders(protectedFolders);
        if (destination is null)
        {
            return new WindowsRestoreTarget(null, folders);
        }

        byte[] treePath = WindowsPath.Parse(destination);
        string path = @"\\?\" + WindowsPath.Format(treePath);
        if (File.Exists(path))
        {
            throw new SourceException(SourceError.DestinationNotFolder, $"'{destination}' is no folder.") { Advice = "Choose a folder, or a path where nothing is yet." };
        }

        folders.Check(path, followLink: true);
        return new WindowsRestoreTarget(path, folders);
    }

    public ValueTask<SourceItem?> FindAsync(SourceItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string path = Locate(item);
        if (!FindFile.TryGet(path, out FindData data))
        {
            return new ValueTask<SourceItem?>(result: null);
        }

        SourceItemKind kind = WindowsFileTree.KindOf(data);
        return new ValueTask<SourceItem?>(new SourceItem
        {
            Parent = item.Parent,
            Name = item.Name,
            Kind = kind,
            Size = kind == SourceItemKind.File ? ((long)data.SizeHigh << 32) | data.SizeLow : 0,
            Modified = data.Modified.ToTime(),
        });
    }

    public ValueTask CreateFolderAsync(SourceItem folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(() =>
        {
            string path = Locate(folder);
            EnsureDestination();
            if (FindFile.TryGet(path, out FindData data) && WindowsFileTree.KindOf(data) is var kind and not SourceItemKind.Folder)
            {
                if (kind == SourceItemKind.SymbolicLink)
                {
                    throw Escapes();
                }

                File.SetAttributes(path, FileAttributes.Normal);
                File.Delete(path);
            }

            Directory.CreateDirectory(path);
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<IRestoreFile> CreateFileAsync(SourceItem file, RestoreFileOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string path = Locate(file);
        Write(EnsureDestination);
        return new ValueTask<IRestoreFile>(WindowsRestoreFile.Create(file, options, path));
    }

    public ValueTask<IReadOnlyList<string>> CreateSpecialAsync(SourceItem item, SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (item.Kind != SourceItemKind.SymbolicLink)
        {
            throw new SourceException(SourceError.Unsupported, $"Windows has no items of kind {item.Kind}.");
        }

        IReadOnlyList<string> failures = [];
        Write(() =>
        {
            string path = Locate(item);
            EnsureDestination();
            Remove(path);
            string target = Wtf8.Decode(details.LinkTarget.Span);
            bool isFolder = ((FileAttributes)(details.WindowsAttributes ?? 0)).HasFlag(FileAttributes.Directory);
            FileSystemInfo link;
            if (target.StartsWith(Junction.TargetPrefix, StringComparison.Ordinal))
            {
                link = Directory.CreateDirectory(path);
                if (Junction.Set(path, target) is var error and not 0)
                {
                    link.Delete();
                    throw new SourceException(SourceError.NotWritten, Marshal.GetPInvokeErrorMessage(error));
                }
            }
            else
            {
                link = isFolder ? Directory.CreateSymbolicLink(path, target) : File.CreateSymbolicLink(path, target);
            }

            failures = WindowsMetadata.Apply(link, item, details);
        });
        return new ValueTask<IReadOnlyList<string>>(failures);
    }

    public ValueTask CreateHardLinkAsync(SourceItem item, SourceItem existing, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(() =>
        {
            string path = Locate(item);
            string existingPath = Locate(existing);
            if (path == existingPath)
            {
                return;
            }

            Remove(path);
            if (HardLink.Create(path, existingPath) is var error and not 0)
            {
                throw new SourceException(SourceError.NotWritten, Marshal.GetPInvokeErrorMessage(error));
            }
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> FinishFolderAsync(SourceItem folder, SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<IReadOnlyList<string>>(WindowsMetadata.Apply(new DirectoryInfo(Locate(folder)), folder, details));
    }

    public ValueTask RemoveLeftoversAsync(SourceItem? folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string? path = folder is null ? _destination : Locate(folder);
        if (path is not null)
        {
            Write(() => WindowsRestoreFile.RemoveLeftovers(path));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Takes away what keeps a file from being replaced, or from taking the place of an empty folder or of a link to one.</summary>
    internal static void MakeReplaceable(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }
        else if (File.Exists(path) && (File.GetAttributes(path) & (FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System)) != 0)
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }
    }

    private static SourceException Escapes() => new(SourceError.DestinationEscapes, "A link stands in the place of a folder.")
    {
        Advice = "Remove the link, or restore into another folder.",
    };

    private static void Write(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Writing(exception);
        }
    }

    private static void Remove(string path)
    {
        MakeReplaceable(path);
        File.Delete(path);
    }

    private void EnsureDestination()
    {
        if (_destination is not null)
        {
            Directory.CreateDirectory(_destination);
        }
    }

    // The item's path, after every folder on the way was found to be no link, and the place not to be protected.
    private string Locate(SourceItem item)
    {
        var names = new Stack<SourceItem>();
        for (SourceItem? at = item; at is not null; at = at.Parent)
        {
            RestoreName.Check(at.Name.Span);
            if (at.Name.Span.ContainsAny(s_forbidden) || at.Name.Span.ContainsAnyInRange((byte)1, (byte)31))
            {
                throw new SourceException(SourceError.NotWritten, $"Windows cannot have the name '{EscapedText.ToText(at.Name.Span)}'.");
            }

            names.Push(at);
        }

        string path = _destination ?? WindowsPath.ToSystemDrive(names.Pop().Name.Span);
        while (names.TryPop(out SourceItem? next))
        {
            path = WindowsPath.Join(path, Wtf8.Decode(next.Name.Span));
            if (names.Count > 0 && FindFile.TryGet(path, out FindData data) && WindowsFileTree.KindOf(data) == SourceItemKind.SymbolicLink)
            {
                throw Escapes();
            }
        }

        _protected.Check(path, followLink: false);
        return path;
    }
}
