namespace HandyBackup.Contracts;

/// <summary>What a blob holds. The numbers are those of a pack header (restic's doc/design.rst, "Pack Format").</summary>
public enum BlobType
{
    /// <summary>A chunk of content.</summary>
    Data = 0,

    /// <summary>One folder's tree.</summary>
    Tree = 1,
}
