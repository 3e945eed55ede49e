namespace HandyBackup.Contracts.Tests.Trees;

/// <summary>Nodes for tests.</summary>
internal static class TreeNodes
{
    /// <summary>A node with the same values, which nobody has read from a tree.</summary>
    public static TreeNode Copy(TreeNode node) => new()
    {
        Name = node.Name,
        Type = node.Type,
        Mode = node.Mode,
        Modified = node.Modified,
        Accessed = node.Accessed,
        Changed = node.Changed,
        UserId = node.UserId,
        GroupId = node.GroupId,
        User = node.User,
        Group = node.Group,
        Inode = node.Inode,
        DeviceId = node.DeviceId,
        Size = node.Size,
        Links = node.Links,
        LinkTarget = node.LinkTarget,
        ExtendedAttributes = node.ExtendedAttributes,
        GenericAttributes = node.GenericAttributes,
        Device = node.Device,
        Content = node.Content,
        Subtree = node.Subtree,
        Error = node.Error,
    };
}
