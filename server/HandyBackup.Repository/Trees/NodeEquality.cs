using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Says how two nodes of one name differ.</summary>
internal static class NodeEquality
{
    /// <summary>
    /// What differs, or null if nothing does that a person would notice. Time of access, time of the last change of metadata, inode and device
    /// numbers and the number of links do not count: they differ after each restore, and describe the drive more than the item.
    /// </summary>
    public static ItemChange? Compare(TreeNode reference, TreeNode difference)
    {
        if (reference.Type != difference.Type)
        {
            return ItemChange.KindChanged;
        }

        if (!HasSameContent(reference, difference))
        {
            return ItemChange.Modified;
        }

        return HasSameMetadata(reference, difference) ? null : ItemChange.MetadataChanged;
    }

    // The content of a folder is what it holds: those items differ, not the folder.
    private static bool HasSameContent(TreeNode reference, TreeNode difference) => reference.Type switch
    {
        NodeType.File => reference.Size == difference.Size && HasSameBlobs(reference.Content, difference.Content),
        NodeType.SymbolicLink => reference.LinkTarget.Span.SequenceEqual(difference.LinkTarget.Span),
        NodeType.BlockDevice or NodeType.CharacterDevice => reference.Device == difference.Device,
        _ => true,
    };

    private static bool HasSameBlobs(IReadOnlyList<BlobId>? reference, IReadOnlyList<BlobId>? difference)
    {
        int count = reference?.Count ?? 0;
        if (count != (difference?.Count ?? 0))
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (reference![i] != difference![i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasSameMetadata(TreeNode reference, TreeNode difference) =>
        reference.Mode == difference.Mode
        && reference.Modified.IsSameInstant(difference.Modified)
        && reference.UserId == difference.UserId
        && reference.GroupId == difference.GroupId
        && reference.User == difference.User
        && reference.Group == difference.Group
        && HasSameAttributes(reference.ExtendedAttributes, difference.ExtendedAttributes)
        && HasSameAttributes(reference.GenericAttributes, difference.GenericAttributes);

    private static bool HasSameAttributes(IReadOnlyList<ExtendedAttribute>? reference, IReadOnlyList<ExtendedAttribute>? difference)
    {
        if ((reference?.Count ?? 0) != (difference?.Count ?? 0))
        {
            return false;
        }

        // In whatever order the file system listed them.
        foreach (ExtendedAttribute attribute in reference ?? [])
        {
            if (!difference!.Any(other => other.Name == attribute.Name && other.Value.AsSpan().SequenceEqual(attribute.Value)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasSameAttributes(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? reference, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? difference)
    {
        if ((reference?.Count ?? 0) != (difference?.Count ?? 0))
        {
            return false;
        }

        foreach ((string name, ReadOnlyMemory<byte> value) in reference ?? new Dictionary<string, ReadOnlyMemory<byte>>())
        {
            if (!difference!.TryGetValue(name, out ReadOnlyMemory<byte> other) || !other.Span.SequenceEqual(value.Span))
            {
                return false;
            }
        }

        return true;
    }
}
