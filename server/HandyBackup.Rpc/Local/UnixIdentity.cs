#if NET
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Rpc.Local;

/// <summary>Who is who on a Unix machine: numbers of users, which cannot be forged as names can.</summary>
[UnsupportedOSPlatform("windows")]
public static partial class UnixIdentity
{
    // asm-generic/socket.h; x64 and arm64 use the generic values.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    // linux/stat.h: struct statx has the same layout on every architecture; stx_uid lies at offset 20.
    private const int StatxSize = 256;
    private const int StatxUserIdOffset = 20;
    private const int CurrentFolder = -100;
    private const uint UserIdWanted = 0x8;

    /// <summary>The user that this process acts as.</summary>
    public static uint Current => GetEffectiveUserId();

    /// <summary>The user at the other end of a connected Unix socket, as it was when the connection was made (unix(7), <c>SO_PEERCRED</c>).</summary>
    public static uint PeerOf(Socket socket)
    {
        // struct ucred: pid, uid, gid.
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return MemoryMarshal.Read<uint>(credentials.Slice(4));
    }

    /// <summary>The owner of a file or folder; links are followed.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static uint OwnerOf(string path)
    {
        Span<byte> status = stackalloc byte[StatxSize];
        if (Statx(CurrentFolder, path, 0, UserIdWanted, ref MemoryMarshal.GetReference(status)) != 0)
        {
            throw new IOException($"'{path}': {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(status.Slice(StatxUserIdOffset))
            : BinaryPrimitives.ReadUInt32BigEndian(status.Slice(StatxUserIdOffset));
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);
}
#endif
