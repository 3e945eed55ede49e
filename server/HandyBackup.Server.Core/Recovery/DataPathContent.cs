using System.Globalization;
using HandyBackup.Stores;

namespace HandyBackup.Server.Core;

/// <summary>What lies in a data path, for whoever puts another server in its place. The caller has made sure that none works there.</summary>
/// <param name="dataPath">The data path.</param>
/// <param name="flush">Makes renames in a folder durable; null for the system's own way.</param>
internal sealed class DataPathContent(string dataPath, Action<string>? flush = null)
{
    private const string StagingFolder = "restoring";
    private const string KeptPrefix = "replaced-";

    // Held open by whoever keeps others away from the data path.
    private const string LockFile = "server.lock";

    private readonly Action<string> _flush = flush ?? FolderEntries.Flush;

    /// <summary>Where a server is put together before it is put in place; on the same drive, so that putting it in place is renaming.</summary>
    public string Staging { get; } = Path.Join(dataPath, StagingFolder);

    /// <summary>True if there is a server, or a part of one.</summary>
    public bool HasServer => File.Exists(PathOf(ServerFiles.Catalog)) || File.Exists(PathOf(ServerFiles.Key));

    /// <summary>Makes an empty folder for the new server; what an interrupted restoration left there goes.</summary>
    public void CreateStaging()
    {
        RemoveStaging();
        Directory.CreateDirectory(Staging);
    }

    /// <summary>Removes that folder with all that is in it.</summary>
    public void RemoveStaging()
    {
        if (Directory.Exists(Staging))
        {
            Directory.Delete(Staging, recursive: true);
        }
    }

    /// <summary>
    /// Puts what was staged in place of what was there. The old key goes first and the new one comes last: a server does not start in between, and after an error all is as it was. When this returns, it survives
    /// a loss of power; and such a loss in between leaves no new key without the rest.
    /// </summary>
    /// <param name="time">The time that the name of the folder with the old content says.</param>
    /// <returns>That folder; null if there was no server.</returns>
    /// <exception cref="IOException">Something could not be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be renamed.</exception>
    public string? Replace(DateTimeOffset time)
    {
        string? kept = HasServer ? Path.Join(dataPath, KeptPrefix + time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)) : null;
        var moved = new Stack<(string From, string To)>();
        try
        {
            if (kept is not null)
            {
                Directory.CreateDirectory(kept);
                foreach (string old in Directory.EnumerateFileSystemEntries(dataPath).Where(IsOld).OrderBy(IsNotKey).ToList())
                {
                    Move(old, Path.Join(kept, Path.GetFileName(old)));
                }

                _flush(kept);
            }

            foreach (string made in Directory.EnumerateFiles(Staging).OrderByDescending(IsNotKey).ToList())
            {
                if (!IsNotKey(made))
                {
                    _flush(dataPath);
                }

                Move(made, PathOf(Path.GetFileName(made)));
            }

            _flush(dataPath);
            return kept;
        }
        catch
        {
            while (moved.TryPop(out (string From, string To) move))
            {
                Directory.Move(move.To, move.From);
            }

            throw;
        }

        // Renames files, too.
        void Move(string from, string to)
        {
            Directory.Move(from, to);
            moved.Push((from, to));
        }
    }

    private static bool IsNotKey(string path) => Path.GetFileName(path) != ServerFiles.Key;

    private static bool IsOld(string path) =>
        Path.GetFileName(path) is { } name && name is not (LockFile or StagingFolder) && !name.StartsWith(KeptPrefix, StringComparison.Ordinal);

    private string PathOf(string name) => Path.Join(dataPath, name);
}
