namespace HandyBackup.Contracts;

/// <summary>What a restore would do with one item.</summary>
public enum RestoreAction
{
    /// <summary>Nothing is there: it would be created.</summary>
    Create,

    /// <summary>Something is there: it would be replaced.</summary>
    Replace,

    /// <summary>A folder is there: its content would be merged, its metadata set.</summary>
    Merge,

    /// <summary>Something is there and would stay.</summary>
    Skip,

    /// <summary>It cannot be restored there; the reason says why.</summary>
    Refuse,
}
