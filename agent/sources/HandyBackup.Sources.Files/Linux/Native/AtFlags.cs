namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>AT_* constants of include/uapi/linux/fcntl.h.</summary>
internal static class AtFlags
{
    /// <summary>AT_FDCWD in place of a folder.</summary>
    public const int WorkingFolder = -100;

    public const int NoFollow = 0x100;
    public const int RemoveFolder = 0x200;
    public const int Follow = 0x400;

    /// <summary>A listing must not make the automounter mount what it shows.</summary>
    public const int NoAutomount = 0x800;

    /// <summary>The empty name stands for the descriptor itself.</summary>
    public const int EmptyPath = 0x1000;
}
