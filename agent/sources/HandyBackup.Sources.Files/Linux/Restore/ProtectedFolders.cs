using System.Runtime.Versioning;
using System.Text;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>
/// Folders that nothing is written into. They are known by their inodes and not by their names, so that it does not matter by which path, link or mount one is reached.
/// Safe for several threads.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ProtectedFolders
{
    private static readonly int s_folderFlags = OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.CloseOnExec;

    private readonly List<(ulong FileSystem, ulong Inode, string Path)> _folders = [];

    /// <summary>Looks up the folders. One that does not exist needs no protection.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Unavailable"/>: one cannot be looked at, so that it could not be told from others.</exception>
    public ProtectedFolders(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            if (LibcFile.Stat(AtFlags.WorkingFolder, [.. Encoding.UTF8.GetBytes(path), 0], AtFlags.NoAutomount, out StatX stat) == 0)
            {
                _folders.Add((stat.FileSystem, stat.Inode, path));
            }
            else if (SystemError.Last is var errno and not (Errno.NoEntry or Errno.NotDirectory))
            {
                throw new SourceException(SourceError.Unavailable, $"The agent's own folder '{path}' cannot be looked at, and nothing must be written into it: {SystemError.Describe(errno)}.");
            }
        }
    }

    /// <summary>Lets pass whatever is none of the folders itself.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Protected"/>.</exception>
    public void Check(in StatX item)
    {
        if (Find(item) is { } folder)
        {
            throw ProtectedFolder.Refuse(folder);
        }
    }

    /// <summary>Lets pass an open folder that is none of the folders itself.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Protected"/>.</exception>
    public void Check(int descriptor)
    {
        if (_folders.Count > 0)
        {
            Check(Look(descriptor));
        }
    }

    /// <summary>Lets pass an open folder that is none of the folders and lies in none.</summary>
    /// <param name="descriptor">The folder; stays the caller's.</param>
    /// <param name="path">How the caller names it.</param>
    /// <exception cref="SourceException"><see cref="SourceError.Protected"/>, or the folders above it cannot be looked at.</exception>
    public void CheckWithAllAbove(int descriptor, string path)
    {
        if (_folders.Count == 0)
        {
            return;
        }

        StatX folder = Look(descriptor);
        int current = -1;
        try
        {
            while (true)
            {
                if (Find(folder) is { } found)
                {
                    throw ProtectedFolder.Refuse(found, path);
                }

                // What lies above is asked of the folder itself: the names that led to it may have gone through links.
                int above = FileDescriptor.Open(current < 0 ? descriptor : current, "..\0"u8, s_folderFlags);
                if (above < 0)
                {
                    throw NotJudged(path, SystemError.Last);
                }

                Close(current);
                current = above;
                StatX next = Look(current);
                if (next.Inode == folder.Inode && next.FileSystem == folder.FileSystem)
                {
                    return;
                }

                folder = next;
            }
        }
        finally
        {
            Close(current);
        }
    }

    private static void Close(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = LibcFile.Close(descriptor);
        }
    }

    private static StatX Look(int descriptor) => FileDescriptor.Stat(descriptor, out StatX stat) ? stat : throw SystemError.Writing(SystemError.Last);

    private static SourceException NotJudged(string path, int errno) =>
        new(SourceError.DestinationNotWritable, $"The folders above '{path}' cannot be looked at: {SystemError.Describe(errno)}.")
        {
            Advice = "Choose another destination, or give the agent the right to enter these folders.",
        };

    private string? Find(in StatX item)
    {
        foreach ((ulong fileSystem, ulong inode, string path) in _folders)
        {
            if (item.Inode == inode && item.FileSystem == fileSystem)
            {
                return path;
            }
        }

        return null;
    }
}
