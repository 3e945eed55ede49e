using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>What a session shows of a <see cref="MemoryItem"/>.</summary>
internal sealed class MemorySourceItem : SourceItem
{
    public required MemoryItem Origin { get; init; }

    public static MemorySourceItem From(MemoryItem origin, SourceItem? parent) => new()
    {
        Origin = origin,
        Parent = parent,
        Name = origin.Name,
        Kind = origin.Kind,
        Size = origin.Kind != SourceItemKind.File ? 0 : origin.IsSizeKnown ? origin.ListedSize ?? origin.Content.Length : null,
        Modified = origin.Modified,
        Changed = origin.Changed,
        Mode = origin.Mode,
        UserId = origin.UserId,
        GroupId = origin.GroupId,
        Inode = origin.Inode,
        DeviceId = origin.Inode == 0 ? 0u : 1u,
        Links = origin.Links,
        Device = origin.Device,
    };
}
