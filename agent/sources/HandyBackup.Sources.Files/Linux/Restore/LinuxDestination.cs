using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>The folder that a restore goes to. Users may name it through links; what is below it is another matter.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxDestination
{
    private static readonly int s_folderFlags = OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.CloseOnExec;

    // W_OK and X_OK of access(2), and AT_EACCESS: with the effective rights.
    private const int MayEnterAndWrite = 2 | 1;
    private const int WithEffectiveRights = 0x200;

    private readonly byte[] _treePath;
    private readonly ProtectedFolders _protected;

    /// <summary>Takes a destination; null for the top of the machine.</summary>
    /// <exception cref="SourceException">
    /// <see cref="SourceError.DestinationNotFolder"/>, <see cref="SourceError.DestinationNotWritable"/> or <see cref="SourceError.Protected"/>.
    /// </exception>
    public LinuxDestination(string? destination, ProtectedFolders protectedFolders)
    {
        _protected = protectedFolders;
        _treePath = destination is null ? [] : LinuxPath.Parse(destination);
        int existing = OpenDeepest(out int missingFrom);
        try
        {
            if (destination is not null && CheckAccess(existing) is var errno and not 0)
            {
                throw NotWritable(missingFrom, SystemError.Describe(errno));
            }
        }
        finally
        {
            _ = LibcFile.Close(existing);
        }
    }

    /// <summary>Opens the folder; negative if it does not exist yet.</summary>
    public int TryOpen()
    {
        int descriptor = OpenDeepest(out int missingFrom);
        if (missingFrom < 0)
        {
            return descriptor;
        }

        _ = LibcFile.Close(descriptor);
        return -1;
    }

    /// <summary>Opens the folder, and creates it and the folders above it where they are missing.</summary>
    public int OpenOrCreate()
    {
        int current = OpenDeepest(out int missingFrom);
        while (missingFrom >= 0)
        {
            byte[] name = NameAt(missingFrom, out int next);
            fixed (byte* terminated = name)
            {
                // For the owner only, as what will be in it may have been behind a closed folder where it came from. restic does the same.
                bool isMade = LibcDirectory.MakeFolderAt(current, terminated, 0x1C0) == 0 || SystemError.Last == Errno.Exists;
                int errno = SystemError.Last;
                int descriptor = isMade ? FileDescriptor.Open(current, name, s_folderFlags) : -1;
                errno = isMade && descriptor < 0 ? SystemError.Last : errno;
                _ = LibcFile.Close(current);
                current = descriptor >= 0 ? descriptor : throw Refused(missingFrom, errno);
            }

            missingFrom = next;

            // Somebody may have put a link there just before.
            Check(current, missingFrom);
        }

        return current;
    }

    private static int CheckAccess(int folder)
    {
        fixed (byte* self = ".\0"u8)
        {
            return LibcDirectory.AccessAt(folder, self, MayEnterAndWrite, WithEffectiveRights) == 0 ? 0 : SystemError.Last;
        }
    }

    private void Check(int descriptor, int missingFrom)
    {
        try
        {
            _protected.CheckWithAllAbove(descriptor, PathUpTo(missingFrom));
        }
        catch
        {
            _ = LibcFile.Close(descriptor);
            throw;
        }
    }

    // Opens what exists of the path, unless that is protected; tells where in it the first missing name starts, negative if nothing is missing.
    private int OpenDeepest(out int missingFrom)
    {
        int current = FileDescriptor.Open(AtFlags.WorkingFolder, "/\0"u8, s_folderFlags);
        missingFrom = _treePath.Length == 0 ? -1 : 0;
        while (current >= 0 && missingFrom >= 0)
        {
            int next = FileDescriptor.Open(current, NameAt(missingFrom, out int following), s_folderFlags);
            if (next < 0)
            {
                int errno = SystemError.Last;
                if (errno == Errno.NoEntry && !IsDangling(current, missingFrom))
                {
                    Check(current, missingFrom);
                    return current;
                }

                _ = LibcFile.Close(current);
                throw Refused(missingFrom, errno);
            }

            _ = LibcFile.Close(current);
            current = next;
            missingFrom = following;
        }

        if (current < 0)
        {
            throw NotWritable(missingFrom, SystemError.Describe(SystemError.Last));
        }

        Check(current, missingFrom);
        return current;
    }

    private bool IsDangling(int folder, int from) =>
        LibcFile.Stat(folder, NameAt(from, out _), AtFlags.NoFollow, out _) == 0;

    private byte[] NameAt(int from, out int next)
    {
        ReadOnlySpan<byte> rest = _treePath.AsSpan(from);
        int length = rest.IndexOf((byte)'/');
        next = length < 0 ? -1 : from + length + 1;
        return [.. length < 0 ? rest : rest[..length], 0];
    }

    private string PathUpTo(int from)
    {
        int end = from < 0 ? -1 : _treePath.AsSpan(from).IndexOf((byte)'/');
        return "/" + EscapedText.ToText(end < 0 ? _treePath : _treePath.AsSpan(0, from + end));
    }

    private SourceException Refused(int from, int errno) => errno switch
    {
        Errno.NotDirectory => new SourceException(SourceError.DestinationNotFolder, $"'{PathUpTo(from)}' is no folder.")
        {
            Advice = "Choose a folder, or a path where nothing is yet.",
        },
        Errno.NoSpace or Errno.QuotaExceeded => SystemError.Writing(errno),
        _ => NotWritable(from, SystemError.Describe(errno)),
    };

    private SourceException NotWritable(int from, string reason) =>
        new(SourceError.DestinationNotWritable, $"'{PathUpTo(from)}' cannot be written: {reason}.")
        {
            Advice = "Choose another destination, or give the agent the right to write there.",
        };
}
