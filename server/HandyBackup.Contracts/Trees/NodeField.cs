namespace HandyBackup.Contracts;

/// <summary>The fields that a node has in JSON.</summary>
internal enum NodeField
{
    Unknown,
    Name,
    Type,
    Mode,
    Modified,
    Accessed,
    Changed,
    UserId,
    GroupId,
    User,
    Group,
    Inode,
    DeviceId,
    Size,
    Links,
    LinkTarget,
    RawLinkTarget,
    ExtendedAttributes,
    GenericAttributes,
    Device,
    Content,
    Subtree,
    Error,
}
