using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Stores;

/// <summary>
/// Writes files so that they are either whole and durable or not there: into an unfinished file of the same folder, flushed to the medium, given
/// its name, and the folder flushed too (restic's internal/backend/local/local.go has the same order).
/// </summary>
internal sealed class LocalFileWriter
{
    private readonly LocalLayout _layout;
    private readonly LocalModes _modes;

    public LocalFileWriter(LocalLayout layout)
    {
        _layout = layout;
        _modes = new LocalModes(layout.PathOf(StoreFile.Config));
    }

    /// <summary>Creates all folders that are missing, and makes them durable.</summary>
    public void CreateFolders()
    {
        CreateFolder(_layout.Root);
        foreach (StoreFileKind kind in LocalLayout.FolderKinds)
        {
            CreateFolder(_layout.FolderOf(kind));
        }

        for (int i = 0; i <= byte.MaxValue; i++)
        {
            CreateFolder(_layout.PackFolder(i));
        }

        Flush(_layout.FolderOf(StoreFileKind.Pack));
        Flush(_layout.Root);
        if (Path.GetDirectoryName(_layout.Root) is string parent)
        {
            Flush(parent);
        }
    }

    /// <summary>Saves a file; see <see cref="IStore.SaveAsync"/>.</summary>
    public void Save(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        string path = _layout.PathOf(file);
        if (File.Exists(path))
        {
            throw LocalStore.AlreadyExists(path);
        }

        Write(path, parts, isReplacing: false, cancellationToken);
    }

    /// <summary>Saves a file in the place of another; see <see cref="IStore.ReplaceAsync"/>.</summary>
    public void Replace(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        Write(_layout.PathOf(file), parts, isReplacing: true, cancellationToken);

    private void Write(string path, IReadOnlyList<ReadOnlyMemory<byte>> parts, bool isReplacing, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(path)!;
        string unfinished = Path.Join(folder, LocalLayout.NewUnfinishedName());
        bool isNamed = false;
        try
        {
            using (FileStream stream = CreateUnfinished(unfinished))
            {
                SafeFileHandle handle = stream.SafeFileHandle;
                _modes.Apply(handle);
                RandomAccess.Write(handle, parts, 0);
                cancellationToken.ThrowIfCancellationRequested();
                RandomAccess.FlushToDisk(handle);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (isReplacing)
            {
                File.Move(unfinished, path, overwrite: true);
            }
            else
            {
                GiveName(unfinished, path);
                isNamed = true;
            }

            Flush(folder);
        }
        catch
        {
            TryDelete(unfinished);
            if (isNamed)
            {
                TryDelete(path);
            }

            throw;
        }
    }

    /// <summary>Makes the removal or creation of entries of a folder durable, where the system offers that.</summary>
    public static void Flush(string folder)
    {
        // NTFS keeps a journal of its folders, and Windows has no call to flush one.
        if (!OperatingSystem.IsWindows())
        {
            FolderEntries.Flush(folder);
        }
    }

    private FileStream CreateUnfinished(string path)
    {
        try
        {
            return Open(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Other programs create the folders of packs only when they need them, and nobody those that only we know. The root is never made here: if it is missing, its drive is.
            if (!Directory.Exists(_layout.Root))
            {
                throw LocalStore.FolderMissing(_layout.Root);
            }

            CreateMissingFolders(Path.GetDirectoryName(path)!);
            return Open(path);
        }
    }

    // Each new folder's entry must be durable, or the file is lost with it.
    private void CreateMissingFolders(string folder)
    {
        string parent = Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(parent))
        {
            CreateMissingFolders(parent);
        }

        CreateFolder(folder);
        Flush(parent);
    }

    private static FileStream Open(string path)
    {
        // FileShare.None locks the file, which tells a listing that it is not abandoned.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead;
        }

        return new FileStream(path, options);
    }

    private void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, _modes.Folder);
        }
    }

    private static void GiveName(string unfinished, string path)
    {
        // rename() would replace a file that another process saved meanwhile; link() refuses.
        if (!OperatingSystem.IsWindows() && UnixFileSystem.TryLink(unfinished, path))
        {
            File.Delete(unfinished);
            return;
        }

        try
        {
            File.Move(unfinished, path, overwrite: !OperatingSystem.IsWindows());
        }
        catch (IOException) when (OperatingSystem.IsWindows() && File.Exists(path))
        {
            throw LocalStore.AlreadyExists(path);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (LocalErrors.IsFromSystem(exception))
        {
            // The failure that led here is the one to report; a listing removes the unfinished file later.
        }
    }
}
