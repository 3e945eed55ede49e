using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>The two calls that nearly everything begins with.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class FileDescriptor
{
    /// <summary>Opens a name relative to a folder; negative if that failed, with the reason in <see cref="SystemError.Last"/>.</summary>
    public static int Open(int folder, ReadOnlySpan<byte> terminatedName, int flags, uint mode = 0)
    {
        fixed (byte* name = terminatedName)
        {
            int descriptor = LibcFile.OpenAt(folder, name, flags, mode);
            while (descriptor < 0 && SystemError.Last == Errno.Interrupted)
            {
                descriptor = LibcFile.OpenAt(folder, name, flags, mode);
            }

            return descriptor;
        }
    }

    /// <summary>Looks at what is open.</summary>
    public static bool Stat(int descriptor, out StatX stat) => LibcFile.Stat(descriptor, "\0"u8, AtFlags.EmptyPath, out stat) == 0;
}
