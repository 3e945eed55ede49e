namespace HandyBackup.Contracts;

/// <summary>Decodes the trees that restic and <see cref="TreeBuilder"/> write.</summary>
public static class TreeReader
{
    /// <summary>
    /// Reads the nodes one by one, as they are asked for. Nodes do not refer to <paramref name="json"/>; its memory must stay untouched until the
    /// enumeration has ended. Names and their order are not judged: a tree may hold any.
    /// </summary>
    /// <remarks>
    /// Fields that are not known are skipped, as restic does it. Adding the nodes to a <see cref="TreeBuilder"/> gives the same bytes again for every
    /// tree that restic wrote, except for unknown fields beside the list of nodes.
    /// </remarks>
    /// <param name="json">One tree, plain.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TreeDamaged"/>, with the position and what is wrong there. Thrown while enumerating.</exception>
    public static IEnumerable<TreeNode> Read(ReadOnlyMemory<byte> json)
    {
        using var cursor = new TreeCursor(json);
        while (cursor.ReadNext() is { } node)
        {
            yield return node;
        }
    }
}
