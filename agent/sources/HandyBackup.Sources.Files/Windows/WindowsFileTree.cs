using System.IO.Enumeration;
using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Sessions;
using HandyBackup.Sources.Files.Windows.Native;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>The files of a Windows machine: drives at the top, links and junctions as links.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFileTree : IFileTree
{
    private const uint SymbolicLinkTag = 0xA000000C;
    private const uint MountPointTag = 0xA0000003;

    private static readonly EnumerationOptions s_everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>File systems are mounted through links on Windows, which are not followed: nothing ever crosses over.</summary>
    public ulong TopDevice => 0;

    public byte[] ParsePath(string path) => WindowsPath.Parse(path);

    public string FormatPath(ReadOnlySpan<byte> treePath) => treePath.IsEmpty ? @"\" : WindowsPath.Format(treePath);

    public FolderNames ReadNames(FileItem? folder, CancellationToken cancellationToken)
    {
        using var names = new FolderNames.Builder();
        try
        {
            if (folder is null)
            {
                foreach (DriveInfo drive in DriveInfo.GetDrives().Where(drive => drive is { DriveType: DriveType.Fixed, IsReady: true }))
                {
                    names.Add(Wtf8.Encode(drive.Name.AsSpan(0, 1)), NameHint.Folder);
                }

                return names.ToSorted();
            }

            var entries = new FileSystemEnumerable<(string Name, NameHint Hint)>(
                WindowsPath.ToSystem(folder),
                (ref FileSystemEntry entry) => (entry.FileName.ToString(), Hint(entry)),
                s_everything);
            foreach ((string name, NameHint hint) in entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                names.Add(Wtf8.Encode(name), hint);
            }

            return names.ToSorted();
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Reading(exception);
        }
    }

    public FileItem? Find(FileItem? folder, ReadOnlyMemory<byte> terminatedName, bool followLink)
    {
        ReadOnlyMemory<byte> name = terminatedName[..^1];
        string path = WindowsPath.ToSystem(folder, name.Span);
        FindData data;
        if (folder is null)
        {
            if (!Directory.Exists(path))
            {
                return null;
            }

            data = new FindData { Attributes = (uint)FileAttributes.Directory };
        }
        else if (!FindFile.TryGet(path, out data))
        {
            return null;
        }

        SourceItemKind kind = followLink && ((FileAttributes)data.Attributes).HasFlag(FileAttributes.Directory) ? SourceItemKind.Folder : KindOf(data);
        bool hasTimes = folder is not null;
        return new WindowsFileItem
        {
            Parent = folder,
            TerminatedName = terminatedName,
            Name = name,
            FollowsLink = followLink,
            Kind = kind,
            Size = kind == SourceItemKind.File ? ((long)data.SizeHigh << 32) | data.SizeLow : 0,
            Modified = hasTimes ? data.Modified.ToTime() : null,
            Created = hasTimes ? data.Created.ToTime() : null,
            Attributes = data.Attributes,
            IsJunction = kind == SourceItemKind.SymbolicLink && data.Tag == MountPointTag,
        };
    }

    public SourceItemDetails GetDetails(FileItem item) => GetDetailsOf(item);

    /// <summary>What looking at the item told already, and the target of a link.</summary>
    /// <exception cref="SourceException">The link cannot be read or is gone.</exception>
    public static SourceItemDetails GetDetailsOf(FileItem item)
    {
        var file = (WindowsFileItem)item;
        try
        {
            return new SourceItemDetails
            {
                WindowsAttributes = file.Attributes,
                Created = file.Created,
                LinkTarget = item.Kind == SourceItemKind.SymbolicLink ? ReadLink(file) : default,
            };
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Reading(exception);
        }
    }

    public ISourceReader OpenRead(FileItem file) => WindowsFileReader.Open(file);

    public bool IsVolume(FileItem folder) => folder.Parent is null;

    public FolderMark? Identify(string path) => FinalPath.TryGet(path, followLink: true) is { } final ? new FolderMark(path, final) : null;

    public bool IsAt(FileItem folder, FolderMark mark) =>
        string.Equals(FinalPath.TryGet(WindowsPath.ToSystem(folder), folder.FollowsLink), mark.FinalPath, StringComparison.OrdinalIgnoreCase);

    public void CheckPlace(FileItem item, IReadOnlyList<string> protectedFolders) =>
        new WindowsProtectedFolders(protectedFolders).Check(WindowsPath.ToSystem(item), item.FollowsLink);

    // Listings give the names that final paths have.
    public bool MayBeAt(FileItem folder, FolderMark mark) =>
        Path.GetFileName(WindowsPath.ToSystem(folder).AsSpan()).Equals(Path.GetFileName(mark.FinalPath.AsSpan()), StringComparison.OrdinalIgnoreCase);

    public void Remove(FileItem item)
    {
        string path = WindowsPath.ToSystem(item);
        bool isFolder = ((FileAttributes)((WindowsFileItem)item).Attributes).HasFlag(FileAttributes.Directory);
        try
        {
            // Of a link to a folder this removes the link.
            if (isFolder)
            {
                Directory.Delete(path, recursive: false);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Removing(exception);
        }
    }

    public int ReadStart(FileItem file, Span<byte> buffer)
    {
        using var reader = WindowsFileReader.Open(file);
        return reader.ReadStart(buffer);
    }

    public void Dispose()
    {
        // Nothing is held between calls.
    }

    internal static SourceItemKind KindOf(in FindData data)
    {
        var attributes = (FileAttributes)data.Attributes;

        // Other reparse points (deduplicated files, cloud placeholders) are read through and are files like any other.
        return attributes.HasFlag(FileAttributes.ReparsePoint) && data.Tag is SymbolicLinkTag or MountPointTag ? SourceItemKind.SymbolicLink
            : attributes.HasFlag(FileAttributes.Directory) ? SourceItemKind.Folder
            : SourceItemKind.File;
    }

    private static NameHint Hint(in FileSystemEntry entry) =>
        entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? NameHint.Unknown
        : entry.IsDirectory ? NameHint.Folder
        : NameHint.NotFolder;

    private static byte[] ReadLink(WindowsFileItem link)
    {
        string path = WindowsPath.ToSystem(link);
        bool isFolder = ((FileAttributes)link.Attributes).HasFlag(FileAttributes.Directory);
        string? target = (isFolder ? new DirectoryInfo(path).LinkTarget : new FileInfo(path).LinkTarget)
            ?? throw new SourceException(SourceError.Vanished, "The link was replaced by something else.");
        return Wtf8.Encode(link.IsJunction && !target.StartsWith(Junction.TargetPrefix, StringComparison.Ordinal) ? Junction.TargetPrefix + target : target);
    }
}
