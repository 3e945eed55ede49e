namespace HandyBackup.Contracts;

/// <summary>
/// Go's <c>os.FileMode</c>, which restic stores: type bits from bit 31 down, permissions in the low nine bits
/// (Go's io/fs package, "FileMode"). Converts from and to POSIX <c>st_mode</c>.
/// </summary>
public static class GoFileMode
{
    private const uint Folder = 1u << 31;
    private const uint SymbolicLink = 1u << 27;
    private const uint Device = 1u << 26;
    private const uint NamedPipe = 1u << 25;
    private const uint Socket = 1u << 24;
    private const uint SetUserId = 1u << 23;
    private const uint SetGroupId = 1u << 22;
    private const uint CharacterDevice = 1u << 21;
    private const uint Sticky = 1u << 20;
    private const uint Irregular = 1u << 19;

    /// <summary>Makes the mode of a node.</summary>
    /// <param name="type">What the node is.</param>
    /// <param name="posixMode">The low twelve bits of <c>st_mode</c>; type bits are ignored.</param>
    public static uint From(NodeType type, uint posixMode)
    {
        uint mode = posixMode & 0x1FF;
        mode |= (posixMode & 0x800) != 0 ? SetUserId : 0;
        mode |= (posixMode & 0x400) != 0 ? SetGroupId : 0;
        mode |= (posixMode & 0x200) != 0 ? Sticky : 0;
        return mode | type switch
        {
            NodeType.Folder => Folder,
            NodeType.SymbolicLink => SymbolicLink,
            NodeType.BlockDevice => Device,
            NodeType.CharacterDevice => Device | CharacterDevice,
            NodeType.Fifo => NamedPipe,
            NodeType.Socket => Socket,
            NodeType.Irregular => Irregular,
            _ => 0,
        };
    }

    /// <summary>The low twelve bits of <c>st_mode</c>: permissions, set-user-id, set-group-id, sticky.</summary>
    public static uint ToPosix(uint mode)
    {
        uint posix = mode & 0x1FF;
        posix |= (mode & SetUserId) != 0 ? 0x800u : 0;
        posix |= (mode & SetGroupId) != 0 ? 0x400u : 0;
        posix |= (mode & Sticky) != 0 ? 0x200u : 0;
        return posix;
    }
}
