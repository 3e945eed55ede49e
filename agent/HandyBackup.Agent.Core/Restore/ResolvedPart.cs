using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>A selection, found in the snapshot.</summary>
internal sealed class ResolvedPart
{
    /// <summary>The way to its place below the destination.</summary>
    public required IReadOnlyList<LeadingName> LeadingNames { get; init; }

    /// <summary>The item; null if the content of <see cref="Tree"/> goes right into the place.</summary>
    public TreeNode? Node { get; init; }

    /// <summary>The name that the item gets.</summary>
    public ReadOnlyMemory<byte> Name { get; init; }

    /// <summary>The folder whose content is restored, where <see cref="Node"/> is null.</summary>
    public BlobId Tree { get; init; }
}
