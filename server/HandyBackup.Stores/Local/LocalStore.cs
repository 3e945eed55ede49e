using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Stores;

/// <summary>
/// A folder on a local or mounted drive, in restic's layout. Files are read-only for their owner and closed to all others. Listings
/// also remove what a crash left unfinished, once it is a day old and nobody has it open. Safe to share between threads and processes.
/// </summary>
public sealed class LocalStore : IStore
{
    // How many files a listing reads from the drive at a time: enough to hide the hop to another thread, few enough to hold.
    private const int ListingBatch = 256;

    // COR_E_IO
    private const int IoErrorWithoutCode = unchecked((int)0x80131620);

    private readonly LocalLayout _layout;
    private readonly LocalListing _listing;
    private readonly LocalFileWriter _writer;

    /// <summary>Names the folder; does not touch it.</summary>
    /// <param name="folder">Its absolute path.</param>
    /// <param name="time">Tells how old unfinished files are.</param>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public LocalStore(string folder, TimeProvider time)
    {
        if (!Path.IsPathFullyQualified(folder))
        {
            throw new ArgumentException($"'{folder}' is not an absolute path.", nameof(folder));
        }

        // "." and ".." and a slash at the end would make one folder look like two.
        _layout = new LocalLayout(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        _listing = new LocalListing(_layout, time);
        _writer = new LocalFileWriter(_layout);
    }

    /// <inheritdoc/>
    public string Location => _layout.Root;

    /// <inheritdoc/>
    public bool ListsAtOnce => LocalDrive.IsOwn(_layout.Root);

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken) => RunAsync(Location, _writer.CreateFolders, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        bool isEmpty = false;
        await RunAsync(Location, () => isEmpty = !Path.Exists(Location) || (Directory.Exists(Location) && !Directory.EnumerateFileSystemEntries(Location).Any()), cancellationToken);
        return isEmpty;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<StoreFileInfo>(ListingBatch);
        IEnumerator<StoreFileInfo>? files = null;
        try
        {
            do
            {
                batch.Clear();
                await RunAsync(_layout.FolderOf(kind), () => Fill(batch, files ??= _listing.Enumerate(kind).GetEnumerator()), cancellationToken);
                foreach (StoreFileInfo file in batch)
                {
                    yield return file;
                }
            }
            while (batch.Count == ListingBatch);
        }
        finally
        {
            files?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken)
    {
        string path = _layout.PathOf(file);
        long? size = null;
        try
        {
            // Exists would say "no" for a folder that may not be entered; Length says why.
            await RunAsync(path, () => size = new FileInfo(path).Length, cancellationToken);
        }
        catch (StoreException exception) when (exception.Error == StoreError.NotFound)
        {
        }

        return size;
    }

    /// <inheritdoc/>
    public async ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        string path = _layout.PathOf(file);
        try
        {
            // Opening costs microseconds, so handles are not kept. Sharing everything spares a lock call and lets others remove the file meanwhile.
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
            while (!destination.IsEmpty)
            {
                int count = await RandomAccess.ReadAsync(handle, destination, offset, cancellationToken);
                if (count == 0)
                {
                    throw new StoreException(StoreError.TooShort, $"'{path}' ends at byte {offset}, and {destination.Length} more were expected.");
                }

                offset += count;
                destination = destination[count..];
            }
        }
        catch (Exception exception) when (LocalErrors.IsFromSystem(exception))
        {
            throw LocalErrors.Translate(exception, path);
        }
    }

    /// <inheritdoc/>
    public Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        RunAsync(_layout.PathOf(file), () => _writer.Save(file, parts, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        RunAsync(_layout.PathOf(file), () => _writer.Replace(file, parts, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(StoreFile file, CancellationToken cancellationToken)
    {
        string path = _layout.PathOf(file);
        return RunAsync(path, () => Remove(path, file), cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(CancellationToken cancellationToken) => RunAsync(Location, () => Delete(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static StoreException AlreadyExists(string path) => new(StoreError.AlreadyExists, $"'{path}' exists already, and files of a repository are never overwritten.");

    // Not a missing file: the drive may come back.
    internal static StoreException FolderMissing(string root) => new(StoreError.Unavailable, $"The folder '{root}' does not exist.");

    private static void Fill(List<StoreFileInfo> batch, IEnumerator<StoreFileInfo> files)
    {
        while (batch.Count < ListingBatch && files.MoveNext())
        {
            batch.Add(files.Current);
        }
    }

    private static void Remove(string path, StoreFile file)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        // A lock, a pack or a list of condemned ones that comes back after a loss of power does no harm; a snapshot, an index or a key would, and so would what
        // these heal from.
        bool isOfPack = file.Kind == StoreFileKind.Parity && file.Name[0] == 'p';
        if (file.Kind is not (StoreFileKind.Lock or StoreFileKind.Pack or StoreFileKind.CondemnedPacks) && !isOfPack)
        {
            LocalFileWriter.Flush(Path.GetDirectoryName(path)!);
        }
    }

    private void Delete(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Location))
        {
            return;
        }

        DeleteOwnFolders(cancellationToken);
        Remove(_layout.PathOf(StoreFile.Config), StoreFile.Config);
        for (int i = 0; i <= byte.MaxValue; i++)
        {
            DeleteFolder(_layout.PackFolder(i), cancellationToken);
        }

        foreach (StoreFileKind kind in LocalLayout.FolderKinds)
        {
            DeleteFolder(_layout.FolderOf(kind), cancellationToken);
        }

        LocalFileWriter.Flush(Location);
    }

    // Before the config: what is left must not heal into a repository.
    private void DeleteOwnFolders(CancellationToken cancellationToken)
    {
        string folder = Path.Join(Location, LocalLayout.OwnFolder);
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (StoreFileKind kind in LocalLayout.OwnKinds)
        {
            for (int i = 0; i <= byte.MaxValue; i++)
            {
                DeleteFolder(_layout.SubfolderOf(kind, i), cancellationToken);
            }

            DeleteFolder(_layout.FolderOf(kind), cancellationToken);
        }

        DeleteFolder(folder, cancellationToken);
    }

    private static void DeleteFolder(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan());
            if (LocalLayout.IsFileName(name) || LocalLayout.IsParityName(name) || LocalLayout.IsUnfinishedName(name))
            {
                File.Delete(path);
            }
        }

        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            DeleteEmptyFolder(folder);
        }
    }

    private static void DeleteEmptyFolder(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException exception) when (!OperatingSystem.IsWindows() && exception.HResult == IoErrorWithoutCode)
        {
            // For EPERM, EACCES and EROFS, and for nothing else, .NET leaves the code out here (FileSystem.Unix.cs, RemoveEmptyDirectory).
            throw new UnauthorizedAccessException(exception.Message, exception);
        }
    }

    /// <summary>Runs file operations, which have no asynchronous form, away from the caller, and translates what they throw.</summary>
    private static async Task RunAsync(string path, Action action, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(action, cancellationToken);
        }
        catch (Exception exception) when (LocalErrors.IsFromSystem(exception))
        {
            throw LocalErrors.Translate(exception, path);
        }
    }
}
