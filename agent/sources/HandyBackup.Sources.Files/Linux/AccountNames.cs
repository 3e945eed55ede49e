using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>The names of users and groups, each asked for once: the answer may come from a directory server.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class AccountNames
{
    private readonly ConcurrentDictionary<uint, string> _users = new();
    private readonly ConcurrentDictionary<uint, string> _groups = new();
    private readonly uint _self = LibcMetadata.GetEffectiveUserId();

    private delegate int Lookup(uint id, byte** record, byte* buffer, nint size, void** result);

    /// <summary>The user's name; empty if there is none.</summary>
    public string GetUser(uint id) => _users.GetOrAdd(id, static id => Ask(LibcAccounts.GetUser, id));

    /// <summary>The group's name; empty if there is none.</summary>
    public string GetGroup(uint id) => _groups.GetOrAdd(id, static id => Ask(LibcAccounts.GetGroup, id));

    /// <summary>True if it is worth trying to read that user's files without changing their time of last access.</summary>
    public bool MayKeepTime(uint owner) => _self == 0 || _self == owner;

    private static string Ask(Lookup lookup, uint id)
    {
        // struct passwd and struct group have at most 48 bytes; groups may have many members, so the text may need much room.
        const int RecordSize = 256;
        const int MaximumText = 1 << 24;
        byte** record = stackalloc byte*[RecordSize / sizeof(nint)];
        for (int size = 4096; size <= MaximumText; size *= 4)
        {
            byte* text = (byte*)NativeMemory.Alloc((nuint)size);
            try
            {
                void* result = null;
                int errno = lookup(id, record, text, size, &result);
                if (errno != Errno.Range)
                {
                    return result != null && record[0] != null
                        ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(record[0]))
                        : "";
                }
            }
            finally
            {
                NativeMemory.Free(text);
            }
        }

        return "";
    }
}
