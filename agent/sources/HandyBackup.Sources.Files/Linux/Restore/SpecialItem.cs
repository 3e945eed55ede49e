using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>Makes links, device nodes, pipes and sockets.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class SpecialItem
{
    private const uint OwnerReadsAndWrites = 0x180;

    /// <summary>Makes one under a name that is free; gives back the error number, 0 if all went well.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Unsupported"/>: the item is nothing of the sort.</exception>
    public static int Create(int folder, ReadOnlySpan<byte> terminatedName, SourceItem item, SourceItemDetails details)
    {
        // S_IFMT values of inode(7).
        uint format = item.Kind switch
        {
            SourceItemKind.SymbolicLink => 0,
            SourceItemKind.BlockDevice => 0x6000,
            SourceItemKind.CharacterDevice => 0x2000,
            SourceItemKind.Fifo => 0x1000,
            SourceItemKind.Socket => 0xC000,
            _ => throw new SourceException(SourceError.Unsupported, $"An item of kind {item.Kind} cannot be restored."),
        };
        fixed (byte* name = terminatedName)
        {
            if (format != 0)
            {
                ulong device = format is 0x6000 or 0x2000 ? item.Device : 0;
                return LibcDirectory.MakeNodeAt(folder, name, format | OwnerReadsAndWrites, device) == 0 ? 0 : SystemError.Last;
            }

            ReadOnlySpan<byte> target = details.LinkTarget.Span;
            if (target.IsEmpty || target.Contains((byte)0))
            {
                throw new SourceException(SourceError.NotWritten, "The link has no target that it could point to.");
            }

            fixed (byte* terminatedTarget = (byte[])[.. target, 0])
            {
                return LibcDirectory.MakeSymbolicLinkAt(terminatedTarget, folder, name) == 0 ? 0 : SystemError.Last;
            }
        }
    }
}
