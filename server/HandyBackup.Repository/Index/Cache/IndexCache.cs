using HandyBackup.Contracts;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Repository;

/// <summary>
/// The folder of a repository's cache files: disposable copies of its index on a local disk. Files are never changed: a new one gets a new name, and old
/// ones are removed, while whoever has them open goes on with them. So several processes may use one folder. Safe to share between threads.
/// </summary>
internal sealed class IndexCache
{
    private const string Suffix = ".blobs";
    private const string UnfinishedSuffix = ".new";
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private volatile Exception? _fault;

    /// <summary>Touches nothing yet.</summary>
    /// <param name="folder">The folder, absolute; made when it is needed.</param>
    /// <param name="repository">The repository's id.</param>
    /// <param name="limits">When to write files.</param>
    public IndexCache(string folder, Sha256Hash repository, IndexCacheLimits limits)
    {
        _folder = folder;
        Repository = repository;
        Limits = limits;
    }

    /// <summary>The repository's id.</summary>
    public Sha256Hash Repository { get; }

    /// <summary>When to write files.</summary>
    public IndexCacheLimits Limits { get; }

    /// <summary>Why the cache could not be read or written when that was last tried; null if it could.</summary>
    public Exception? Fault => _fault;

    /// <summary>The cache of a repository in a folder for all of them.</summary>
    /// <returns>Null if the repository has no proper id: it becomes the name of a folder, and may not lead elsewhere.</returns>
    public static IndexCache? Of(string folder, string repositoryId) =>
        Sha256Hash.TryParse(repositoryId, out Sha256Hash id) ? new IndexCache(Path.Join(folder, id.ToString()), id, new IndexCacheLimits()) : null;

    /// <summary>Removes the folder with all files, for a repository that is known no more. What the system does not let go of stays.</summary>
    public void Remove()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            // It was never made, or a file of it is mapped on Windows; it does no harm.
        }
    }

    /// <summary>True for what a disk that is full, read-only or broken makes, or a damaged file on it: the index then does without a cache.</summary>
    public static bool IsFault(Exception exception) => exception is IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>Notes that the cache could be used, or why not.</summary>
    public void Note(Exception? fault) => _fault = fault;

    /// <summary>Opens the file that represents the most of what is listed, and removes those that nobody can use and what crashed writers left.</summary>
    /// <param name="listed">The index files that there are. A cache file that represents others is of no use.</param>
    /// <returns>The file; null if there is none.</returns>
    public MappedIndex? Open(IReadOnlyDictionary<IndexId, long> listed)
    {
        Note(null);
        try
        {
            MappedIndex? best = null;
            foreach (string path in Directory.Exists(_folder) ? Directory.GetFiles(_folder) : [])
            {
                if (path.EndsWith(Suffix, StringComparison.Ordinal))
                {
                    best = Choose(best, path, listed);
                }
                else if (path.EndsWith(UnfinishedSuffix, StringComparison.Ordinal))
                {
                    TryDeleteUnfinished(path);
                }
            }

            return best;
        }
        catch (Exception exception) when (IsFault(exception))
        {
            Note(exception);
            return null;
        }
    }

    /// <summary>Makes a file for a writer, locked so that others leave it alone.</summary>
    /// <param name="deleteOnClose">True if it is for the writer only.</param>
    /// <param name="path">Its path.</param>
    public SafeFileHandle CreateUnfinished(bool deleteOnClose, out string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, OwnerFolder);
        }

        path = Path.Join(_folder, Guid.NewGuid().ToString("N") + UnfinishedSuffix);
        FileOptions options = deleteOnClose ? FileOptions.DeleteOnClose : FileOptions.None;
        return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, options);
    }

    /// <summary>Gives a finished file its name and opens it.</summary>
    public MappedIndex Publish(string unfinished)
    {
        string path = Path.ChangeExtension(unfinished, Suffix);
        File.Move(unfinished, path);
        return OpenOwn(path);
    }

    /// <summary>Opens a finished file that nobody else shall find.</summary>
    public MappedIndex OpenPrivate(string unfinished)
    {
        MappedIndex index = OpenOwn(unfinished);
        TryDelete(unfinished);
        return index;
    }

    /// <summary>Removes all files but one.</summary>
    public void RemoveOthers(MappedIndex kept)
    {
        foreach (string path in Directory.GetFiles(_folder, "*" + Suffix))
        {
            if (Path.GetFileName(path) != kept.Name)
            {
                TryDelete(path);
            }
        }
    }

    /// <summary>Removes a file if the system lets it: on Windows one that is mapped stays until it is opened for the last time.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            // The next opening of the cache tries again.
        }
    }

    private MappedIndex OpenOwn(string path) => MappedIndex.Open(path, Repository) ?? throw new InvalidDataException("What was just written cannot be read.");

    private MappedIndex? Choose(MappedIndex? best, string path, IReadOnlyDictionary<IndexId, long> listed)
    {
        MappedIndex? found;
        try
        {
            found = MappedIndex.Open(path, Repository);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            Note(exception);
            return best;
        }

        if (found is null || !found.Files.All(listed.ContainsKey) || found.Files.Count <= best?.Files.Count)
        {
            TryDelete(path);
            return best;
        }

        if (best is not null)
        {
            TryDelete(Path.Join(_folder, best.Name));
        }

        return found;
    }

    private static void TryDeleteUnfinished(string path)
    {
        try
        {
            // Who is writing it holds a lock, and then this fails.
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            // Another process writes or reads it, or removed it.
        }
    }
}
