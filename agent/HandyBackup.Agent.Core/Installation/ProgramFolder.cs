namespace HandyBackup.Agent.Core.Installation;

/// <summary>
/// The folder of the installed program. It is replaced as a whole, beside itself and by renaming, so that it is the old version or the new at any time. Errors
/// are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
/// </summary>
/// <param name="path">The folder, absolute.</param>
/// <param name="moves">For files that are in use; null where the system replaces and removes those too.</param>
public sealed class ProgramFolder(string path, IRestartMoves? moves)
{
    private readonly string _staged = path + ".new";
    private readonly string _previous = path + ".old";

    /// <summary>True if a program is there.</summary>
    public bool Exists => Directory.Exists(path);

    /// <summary>True if the program is the one that lies in another folder: the same files, as long and as old.</summary>
    public bool IsSame(string source) => Exists && Listing(path).SetEquals(Listing(source));

    /// <summary>Copies another version beside the one that is there.</summary>
    /// <param name="source">The folder that it lies in.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    public void Stage(string source, CancellationToken cancellationToken)
    {
        DropStaged();
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string target = Path.Join(_staged, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        if (!OperatingSystem.IsWindows())
        {
            Protect();
        }
    }

    /// <summary>Removes what <see cref="Stage"/> copied.</summary>
    public void DropStaged() => Drop(_staged);

    /// <summary>Puts the staged version in place of the one that is there, which is kept.</summary>
    /// <returns>False if that happens only when the machine restarts, because files are in use.</returns>
    public bool Swap()
    {
        Drop(_previous);
        try
        {
            if (Exists)
            {
                Directory.Move(path, _previous);
            }
        }
        catch (Exception exception) when (moves is not null && exception is IOException or UnauthorizedAccessException)
        {
            ReplaceAtRestart();
            return false;
        }

        Directory.Move(_staged, path);
        return true;
    }

    /// <summary>Undoes <see cref="Swap"/>: the version before is there again, or none if there was none.</summary>
    public void SwapBack()
    {
        Drop(path);
        if (Directory.Exists(_previous))
        {
            Directory.Move(_previous, path);
        }
    }

    /// <summary>Removes the version before.</summary>
    public void DropPrevious() => Drop(_previous);

    /// <summary>Removes the program.</summary>
    /// <returns>False if some files of it go only when the machine restarts, because they are in use: this very program may be among them.</returns>
    public bool Remove()
    {
        DropStaged();
        DropPrevious();
        if (!Exists)
        {
            return true;
        }

        if (moves is null)
        {
            Drop(path);
            return true;
        }

        return RemoveOneByOne(moves);
    }

    private static HashSet<(string Name, long Length, DateTime Written)> Listing(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => (Path.GetRelativePath(folder, file.FullName), file.Length, file.LastWriteTimeUtc))];

    private static void Drop(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What was unpacked as an ordinary user, or with a loose umask, must not stay writable for others: root runs it.
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private void Protect()
    {
        const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        foreach (string entry in Directory.EnumerateFileSystemEntries(_staged, "*", SearchOption.AllDirectories).Append(_staged))
        {
            File.SetUnixFileMode(entry, File.GetUnixFileMode(entry) & ~OthersWrite);
        }
    }

    private void ReplaceAtRestart()
    {
        foreach (string file in Directory.EnumerateFiles(_staged, "*", SearchOption.AllDirectories))
        {
            string target = Path.Join(path, Path.GetRelativePath(_staged, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            moves!.Replace(file, target);
        }

        moves!.Delete(_staged);
    }

    // A file in use cannot be deleted but can be renamed; under another name, a new installation before the restart does not lose its own files to it.
    private bool RemoveOneByOne(IRestartMoves restart)
    {
        string leftovers = $"{path}.removed-{Guid.NewGuid():N}";
        foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).ToArray())
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Directory.CreateDirectory(leftovers);
                string moved = Path.Join(leftovers, Guid.NewGuid().ToString("N"));
                File.Move(file, moved);
                restart.Delete(moved);
            }
        }

        Drop(path);
        if (!Directory.Exists(leftovers))
        {
            return true;
        }

        restart.Delete(leftovers);
        return false;
    }
}
