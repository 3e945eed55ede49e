using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;
using HandyBackup.Sources.Files.Sessions;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>Reads the names in an open folder.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class DirectoryEntries
{
    private const int BufferSize = 64 * 1024;

    // struct linux_dirent64, getdents64(2): d_ino 8, d_off 8, d_reclen 2, d_type 1, d_name with a final 0.
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    /// <summary>True for names that are wanted.</summary>
    public delegate bool NameFilter(ReadOnlySpan<byte> name);

    /// <summary>Reads names.</summary>
    /// <param name="descriptor">The folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="isWanted">Picks names; null for all.</param>
    /// <exception cref="SourceException">The folder cannot be read.</exception>
    public static FolderNames Read(int descriptor, CancellationToken cancellationToken, NameFilter? isWanted = null)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var names = new FolderNames.Builder();
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long length;
                fixed (byte* pointer = buffer)
                {
                    length = LibcDirectory.ReadEntries(descriptor, pointer, BufferSize);
                }

                if (length < 0)
                {
                    throw SystemError.Reading(SystemError.Last);
                }

                if (length == 0)
                {
                    return names.ToSorted();
                }

                AddAll(ref names, buffer.AsSpan(0, (int)length), isWanted);
            }
        }
        finally
        {
            names.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void AddAll(ref FolderNames.Builder names, ReadOnlySpan<byte> records, NameFilter? isWanted)
    {
        while (!records.IsEmpty)
        {
            int length = MemoryMarshal.Read<ushort>(records[LengthOffset..]);
            ReadOnlySpan<byte> name = records[NameOffset..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8) && isWanted?.Invoke(name) != false)
            {
                names.Add(name, Hint(records[TypeOffset]));
            }

            records = records[length..];
        }
    }

    // DT_UNKNOWN and DT_DIR of readdir(3); some file systems never tell.
    private static NameHint Hint(byte type) => type switch
    {
        0 => NameHint.Unknown,
        4 => NameHint.Folder,
        _ => NameHint.NotFolder,
    };
}
