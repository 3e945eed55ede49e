namespace HandyBackup.Contracts;

/// <summary>What a restore does with a file that exists. Folders are merged, never emptied.</summary>
public enum OverwritePolicy
{
    /// <summary>Replace it.</summary>
    Always,

    /// <summary>Replace it if the snapshot's modification time is later than the existing one's.</summary>
    IfNewer,

    /// <summary>Replace it if size or modification time differ.</summary>
    IfChanged,

    /// <summary>Leave it.</summary>
    Never,
}
