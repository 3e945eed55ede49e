using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Items.Copying;

/// <summary>Copies from this machine. Links are shown as links and not followed.</summary>
internal sealed class LocalItems : ICopySource
{
    private const int PartLength = 256 * 1024;

    public async IAsyncEnumerable<CopiedItem> ListAsync(string path, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string full = Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar);
        FileSystemInfo top = Directory.Exists(full) ? new DirectoryInfo(full) : new FileInfo(full);
        if (full.Length == 0 || !top.Exists)
        {
            throw new HandyBackupException(ErrorCode.ItemNotFound, $"There is no '{path}' on this machine that could be copied.") { Target = path };
        }

        CopiedItem shown = Describe(top, LocalName.ToItem(top.Name));
        yield return shown;
        var open = new Stack<(IEnumerator<FileSystemInfo> Items, CopiedItem Folder)>();
        try
        {
            if (recurse && shown.Kind == ItemKind.Folder)
            {
                open.Push((Open(shown), shown));
            }

            while (open.Count > 0)
            {
                // A listing is not asynchronous, but whoever reads it may want to do something in between.
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                (IEnumerator<FileSystemInfo> items, CopiedItem folder) = open.Peek();
                if (!Translate(items.MoveNext, folder.Origin))
                {
                    open.Pop().Items.Dispose();
                    continue;
                }

                CopiedItem item = Describe(items.Current, folder.Path + "/" + LocalName.ToItem(items.Current.Name));
                yield return item;
                if (item.Kind == ItemKind.Folder)
                {
                    open.Push((Open(item), item));
                }
            }
        }
        finally
        {
            while (open.Count > 0)
            {
                open.Pop().Items.Dispose();
            }
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CopiedItem file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using FileStream stream = Translate(() => OpenFile(file.Origin), file.Origin);
        byte[] buffer = new byte[PartLength];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = Translate(() => stream.Read(buffer, 0, buffer.Length), file.Origin);
            if (read == 0)
            {
                break;
            }

            yield return buffer.AsMemory(0, read);
            await Task.Yield();
        }

        var now = new FileInfo(file.Origin);
        if (!now.Exists || now.Length != file.Size || new DateTimeOffset(now.LastWriteTimeUtc) != file.Modified)
        {
            throw new HandyBackupException(ErrorCode.ItemChanged, $"'{file.Origin}' was altered while it was read.") { Target = file.Origin, Advice = "Copy it again when nobody writes to it.", IsTransient = true };
        }
    }

    public LiveContentRequest? FindLive(CopiedItem file) => null;

    private static FileStream OpenFile(string path)
    {
#if NET
        if (OperatingSystem.IsLinux())
        {
            return LinuxFile.Open(path);
        }
#endif
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
    }

    // To .NET whatever is neither a folder nor a link is a file.
    private static bool IsRegular(FileSystemInfo info)
    {
#if NET
        if (OperatingSystem.IsLinux())
        {
            return LinuxFile.IsRegular(info.FullName);
        }
#endif
        return (info.Attributes & FileAttributes.Device) == 0;
    }

    private static IEnumerator<FileSystemInfo> Open(CopiedItem folder) =>
        Translate(() => new DirectoryInfo(folder.Origin).EnumerateFileSystemInfos().GetEnumerator(), folder.Origin);

    private static CopiedItem Describe(FileSystemInfo info, string path)
    {
        bool isLink = info.Attributes.HasFlag(FileAttributes.ReparsePoint);
        bool isFolder = info.Attributes.HasFlag(FileAttributes.Directory);
        bool isFile = !isFolder && !isLink && Translate(() => IsRegular(info), info.FullName);
        return new CopiedItem
        {
            Origin = info.FullName,
            Path = path,
            Kind = isLink ? ItemKind.SymbolicLink : isFolder ? ItemKind.Folder : isFile ? ItemKind.File : ItemKind.Other,
            Size = isFile ? ((FileInfo)info).Length : null,
            Modified = new DateTimeOffset(info.LastWriteTimeUtc),
#if NET
            Mode = OperatingSystem.IsWindows() ? null : (int)info.UnixFileMode,
#endif
        };
    }

    private static T Translate<T>(Func<T> call, string path)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HandyBackupException(ErrorCode.ItemUnreadable, $"'{path}' cannot be read: {exception.Message}", exception) { Target = path };
        }
    }
}
