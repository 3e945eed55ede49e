namespace HandyBackup.Stores;

/// <summary>
/// The kinds of file that a repository has. The layout is restic's (doc/design.rst, "Repository Layout"). What restic does not know lies below
/// the folder <c>handybackup/</c>, which restic never lists.
/// </summary>
public enum StoreFileKind
{
    /// <summary>The one file <c>config</c>; its name is empty.</summary>
    Config,

    /// <summary><c>keys/</c></summary>
    Key,

    /// <summary><c>locks/</c></summary>
    Lock,

    /// <summary><c>snapshots/</c></summary>
    Snapshot,

    /// <summary><c>index/</c></summary>
    Index,

    /// <summary><c>data/xx/</c>, where xx are the first two digits of the name</summary>
    Pack,

    /// <summary><c>handybackup/removed/</c>: the trash. Named by the id of the snapshot that it holds.</summary>
    RemovedSnapshot,

    /// <summary><c>handybackup/condemned/</c>: packs that left the index and are to be removed.</summary>
    CondemnedPacks,

    /// <summary>
    /// <c>handybackup/parity/</c>, ours and not restic's: what other files heal from. The name is a letter for the kind of that file, a hyphen and its name,
    /// or 64 zeros for the config; sidecars of packs lie in folders of two digits.
    /// </summary>
    Parity,
}
