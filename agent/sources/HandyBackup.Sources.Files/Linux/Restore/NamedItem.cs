using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>Puts items under their names, replacing what is there in one step. Every name ends with 0.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class NamedItem
{
    /// <summary>Renames what stands under a temporary name in the same folder. A folder in the way is replaced only if it is empty.</summary>
    /// <exception cref="SourceException">It cannot be placed; it stands under the temporary name still.</exception>
    public static void Place(int folder, ReadOnlySpan<byte> temporary, ReadOnlySpan<byte> name)
    {
        fixed (byte* from = temporary)
        fixed (byte* to = name)
        {
            if (LibcDirectory.RenameAt(folder, from, folder, to) == 0)
            {
                return;
            }

            int errno = SystemError.Last;
            if (errno is Errno.IsDirectory or Errno.Exists or Errno.NotEmpty)
            {
                errno = LibcDirectory.UnlinkAt(folder, to, AtFlags.RemoveFolder) == 0 && LibcDirectory.RenameAt(folder, from, folder, to) == 0 ? 0 : SystemError.Last;
            }

            switch (errno)
            {
                case 0:
                    return;
                case Errno.NotEmpty:
                    throw new SourceException(SourceError.NotWritten, "A folder that is not empty stands in its place.")
                    {
                        Advice = "Remove or rename that folder, or restore into another one.",
                    };
                default:
                    throw SystemError.Writing(errno);
            }
        }
    }

    /// <summary>Gives an inode a further name, replacing what is there.</summary>
    /// <param name="oldFolder">The folder of the existing name.</param>
    /// <param name="oldName">The existing name.</param>
    /// <param name="folder">The folder of the new name.</param>
    /// <param name="name">The new name.</param>
    /// <param name="flags">The flags of linkat(2).</param>
    /// <exception cref="SourceException">The name cannot be given.</exception>
    public static void Link(int oldFolder, ReadOnlySpan<byte> oldName, int folder, ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* from = oldName)
        fixed (byte* to = name)
        {
            if (LibcDirectory.LinkAt(oldFolder, from, folder, to, flags) == 0)
            {
                return;
            }

            int errno = SystemError.Last;
            if (errno != Errno.Exists)
            {
                throw SystemError.Writing(errno);
            }

            byte[] temporary = TemporaryName.Next();
            fixed (byte* between = temporary)
            {
                if (LibcDirectory.LinkAt(oldFolder, from, folder, between, flags) != 0)
                {
                    throw SystemError.Writing(SystemError.Last);
                }
            }

            try
            {
                Place(folder, temporary, name);
            }
            finally
            {
                // Still there if placing failed; and also if both names were links of one inode, when rename(2) does nothing.
                Remove(folder, temporary);
            }
        }
    }

    /// <summary>Removes a name if it is there.</summary>
    public static void Remove(int folder, ReadOnlySpan<byte> name)
    {
        fixed (byte* pointer = name)
        {
            _ = LibcDirectory.UnlinkAt(folder, pointer, 0);
        }
    }
}
