using HandyBackup.Contracts;

namespace HandyBackup.Repository.Tests;

public sealed class NodeEqualityTests
{
    private static TreeNode Node(
        NodeType type = NodeType.File,
        uint mode = 0x1A4,
        long modified = 1,
        long accessed = 1,
        ulong inode = 1,
        string user = "root",
        string content = "a",
        string target = "",
        ulong device = 0,
        string? attribute = null,
        string? generic = null,
        short offset = 0) => new()
        {
            Name = "n"u8.ToArray(),
            Type = type,
            Mode = GoFileMode.From(type, mode),
            Modified = new NodeTime(modified, 0, offset),
            Accessed = new NodeTime(accessed, 0),
            Changed = new NodeTime(accessed, 0),
            Inode = inode,
            User = user,
            Size = (ulong)content.Length,
            Content = type == NodeType.File ? [.. content.Select(c => new BlobId(new Sha256Hash(Enumerable.Repeat((byte)c, 32).ToArray())))] : null,
            LinkTarget = System.Text.Encoding.UTF8.GetBytes(target),
            Device = device,
            ExtendedAttributes = attribute is null ? null : [.. attribute.Split(' ').Select(name => new ExtendedAttribute(name, [1]))],
            GenericAttributes = generic is null ? null : new Dictionary<string, ReadOnlyMemory<byte>> { ["windows.file_attributes"] = System.Text.Encoding.UTF8.GetBytes(generic) },
        };

    public static TheoryData<TreeNode, TreeNode, ItemChange?> Pairs => new()
    {
        { Node(), Node(), null },
        { Node(), Node(accessed: 9, inode: 9), null },
        { Node(), Node(offset: 60), null },
        { Node(attribute: "user.a user.b"), Node(attribute: "user.b user.a"), null },
        { Node(), Node(NodeType.Folder), ItemChange.KindChanged },
        { Node(), Node(content: "b"), ItemChange.Modified },
        { Node(content: "ab"), Node(content: "ba"), ItemChange.Modified },
        { Node(content: "ab"), Node(content: "a"), ItemChange.Modified },
        { Node(), Node(content: "b", modified: 2), ItemChange.Modified },
        { Node(NodeType.SymbolicLink, target: "x"), Node(NodeType.SymbolicLink, target: "y"), ItemChange.Modified },
        { Node(NodeType.CharacterDevice, device: 1), Node(NodeType.CharacterDevice, device: 2), ItemChange.Modified },
        { Node(), Node(mode: 0x1ED), ItemChange.MetadataChanged },
        { Node(), Node(modified: 2), ItemChange.MetadataChanged },
        { Node(), Node(user: "daemon"), ItemChange.MetadataChanged },
        { Node(), Node(attribute: "user.a"), ItemChange.MetadataChanged },
        { Node(attribute: "user.a"), Node(attribute: "user.b"), ItemChange.MetadataChanged },
        { Node(generic: "32"), Node(generic: "33"), ItemChange.MetadataChanged },
        { Node(NodeType.Folder), Node(NodeType.Folder, modified: 2), ItemChange.MetadataChanged },
    };

    [Theory]
    [MemberData(nameof(Pairs), DisableDiscoveryEnumeration = true)]
    public void Difference_is_what_a_person_would_call_it(TreeNode reference, TreeNode difference, ItemChange? expected)
    {
        Assert.Equal(expected, NodeEquality.Compare(reference, difference));
        Assert.Equal(expected, NodeEquality.Compare(difference, reference));
    }
}
