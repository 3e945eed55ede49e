using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Sources.Files.Windows.Native;

/// <summary>Makes junctions, which System.IO can read but not make.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Junction
{
    /// <summary>
    /// What the targets of junctions start with (the object manager's prefix), and those of symbolic links never do: so the two are told
    /// apart in a snapshot.
    /// </summary>
    public const string TargetPrefix = @"\??\";

    private const uint SetReparsePoint = 0x000900A4;
    private const uint MountPointTag = 0xA0000003;
    private const uint GenericWrite = 0x40000000;
    private const uint OpenExisting = 3;
    private const uint BackupSemanticsAndReparsePoint = 0x02200000;

    /// <summary>Turns an empty folder into a junction.</summary>
    /// <param name="folder">The folder's path.</param>
    /// <param name="target">The target, with <see cref="TargetPrefix"/>.</param>
    /// <returns>0, or the error's number.</returns>
    public static int Set(string folder, string target)
    {
        using SafeFileHandle handle = Open(folder, GenericWrite, 0, 0, OpenExisting, BackupSemanticsAndReparsePoint, 0);
        if (handle.IsInvalid)
        {
            return Marshal.GetLastPInvokeError();
        }

        byte[] buffer = Format(target);
        fixed (byte* pointer = buffer)
        {
            uint returned;
            return Control(handle, SetReparsePoint, pointer, (uint)buffer.Length, null, 0, &returned, 0) != 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    // REPARSE_DATA_BUFFER for mount points ([MS-FSCC] 2.1.2.5): tag, length, reserved, then offsets and lengths of both names, then the names.
    internal static byte[] Format(string target)
    {
        byte[] substitute = Encoding.Unicode.GetBytes(target);
        byte[] print = Encoding.Unicode.GetBytes(target[TargetPrefix.Length..]);
        byte[] buffer = new byte[16 + substitute.Length + 2 + print.Length + 2];
        BinaryPrimitives.WriteUInt32LittleEndian(buffer, MountPointTag);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(4), (ushort)(buffer.Length - 8));
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(10), (ushort)substitute.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(12), (ushort)(substitute.Length + 2));
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(14), (ushort)print.Length);
        substitute.CopyTo(buffer, 16);
        print.CopyTo(buffer, 16 + substitute.Length + 2);
        return buffer;
    }

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle Open(string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32.dll", EntryPoint = "DeviceIoControl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, uint code, byte* input, uint inputSize, byte* output, uint outputSize, uint* returned, nint overlapped);
}
