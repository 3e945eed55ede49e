namespace HandyBackup.Contracts;

/// <summary>
/// What went wrong, as a stable number. The name of a member is the ErrorId that scripts test, so neither name nor number
/// ever changes or is used again; new members are added at the end of their block.
/// </summary>
public enum ErrorCode
{
    /// <summary>A defect of ours: the log has the details.</summary>
    InternalError = 1000,

    /// <summary>A value that was handed in cannot be used.</summary>
    InvalidArgument = 1001,

    /// <summary>The caller stopped the operation.</summary>
    Cancelled = 1002,

    /// <summary>The operating system refused access.</summary>
    AccessDenied = 1003,

    /// <summary>Something that had to answer did not do so in time.</summary>
    TimedOut = 1004,

    /// <summary>Panel and server speak different versions of the protocol.</summary>
    ProtocolMismatch = 1010,

    /// <summary>The connection broke while a call was under way.</summary>
    ConnectionLost = 1011,

    /// <summary>No server answers for this data path.</summary>
    ServerNotRunning = 1012,

    /// <summary>Another server already works on this data path.</summary>
    DataPathInUse = 1013,

    /// <summary>The server process was started but ended or did not answer.</summary>
    ServerStartFailed = 1014,

    /// <summary>The data path cannot be created, read or written.</summary>
    DataPathUnusable = 1015,

    /// <summary>The catalog was written by a newer version of the product.</summary>
    CatalogNewer = 1016,

    /// <summary>The catalog's file is damaged.</summary>
    CatalogDamaged = 1017,

    /// <summary>The server's key is missing, unreadable or not the one that sealed the secrets of this data path.</summary>
    ServerKeyUnusable = 1018,

    /// <summary>A command that needs a session with a server was given none.</summary>
    NotConnected = 1019,

    /// <summary>No repository of this name is known.</summary>
    RepositoryNotFound = 1100,

    /// <summary>The name, or the place, already belongs to a repository of this server.</summary>
    RepositoryExists = 1101,

    /// <summary>A new repository wants an empty folder, and this one holds other files.</summary>
    RepositoryFolderNotEmpty = 1102,

    /// <summary>The folder does not hold a repository.</summary>
    NotARepository = 1103,

    /// <summary>No key of the repository opens with this password.</summary>
    WrongPassword = 1104,

    /// <summary>The repository has a format version that this program does not know.</summary>
    RepositoryVersionUnsupported = 1105,

    /// <summary>Tasks still use the repository.</summary>
    RepositoryInUse = 1106,

    /// <summary>The repository's config file is truncated, altered or not decryptable.</summary>
    ConfigDamaged = 1110,

    /// <summary>A key file is truncated or altered.</summary>
    KeyDamaged = 1111,

    /// <summary>A pack file is truncated or altered.</summary>
    PackDamaged = 1112,

    /// <summary>An index file is truncated or altered.</summary>
    IndexDamaged = 1113,

    /// <summary>A snapshot file is truncated or altered.</summary>
    SnapshotDamaged = 1114,

    /// <summary>A lock file is truncated or altered.</summary>
    LockDamaged = 1115,

    /// <summary>A tree's content cannot be understood.</summary>
    TreeDamaged = 1116,

    /// <summary>A blob that a snapshot needs is in no index.</summary>
    BlobMissing = 1117,

    /// <summary>A pack file that an index names does not exist.</summary>
    PackMissing = 1118,

    /// <summary>The content of a blob is not what its id promises.</summary>
    BlobDamaged = 1119,

    /// <summary>Another program holds a lock that excludes this operation.</summary>
    RepositoryLocked = 1120,

    /// <summary>No space is left where the repository lies.</summary>
    StoreFull = 1121,

    /// <summary>The place of the repository does not answer or fails.</summary>
    StoreUnavailable = 1122,

    /// <summary>The place of the repository refuses access.</summary>
    StoreAccessDenied = 1123,

    /// <summary>The only key of a repository cannot be removed.</summary>
    LastKey = 1124,

    /// <summary>The repository has no key of this id.</summary>
    KeyNotFound = 1125,

    /// <summary>No index names the pack file: an interrupted run left it, or its index file is lost. By itself nothing is lost.</summary>
    PackUnused = 1126,

    /// <summary>Another index file replaces this one: an interrupted prune left it. Nothing is lost.</summary>
    IndexUnused = 1127,

    /// <summary>The repository has packs but lists no snapshot: nothing is deleted on such evidence.</summary>
    NoSnapshotsListed = 1140,

    /// <summary>More snapshots are gone than this server removed: nothing is deleted on such evidence.</summary>
    SnapshotsVanished = 1141,

    /// <summary>Something that tells what is needed cannot be read: nothing is deleted on such evidence.</summary>
    UsageUnknown = 1142,

    /// <summary>A list of packs that are to be removed is truncated or altered. Nothing is lost.</summary>
    CondemnedPacksDamaged = 1143,

    /// <summary>A parity file is truncated or altered. Nothing is lost while the file that it belongs to is sound.</summary>
    ParityDamaged = 1150,

    /// <summary>The file that a parity file belongs to does not exist.</summary>
    ParityUnused = 1151,

    /// <summary>No task of this name is known.</summary>
    TaskNotFound = 1200,

    /// <summary>A task of this name already exists.</summary>
    TaskExists = 1201,

    /// <summary>The task is being run already.</summary>
    TaskBusy = 1202,

    /// <summary>No agent of this name is known.</summary>
    AgentNotFound = 1300,

    /// <summary>The agent is known but not connected.</summary>
    AgentOffline = 1301,

    /// <summary>The agent has no source of this kind.</summary>
    SourceUnknown = 1302,

    /// <summary>An option is not one of the source's, or has a value it cannot take.</summary>
    SourceOptionInvalid = 1303,

    /// <summary>The source as a whole cannot be reached or read.</summary>
    SourceUnavailable = 1304,

    /// <summary>The source cannot take items back.</summary>
    RestoreNotSupported = 1305,

    /// <summary>No run of this id is known.</summary>
    RunNotFound = 1400,

    /// <summary>The run has ended already.</summary>
    RunNotActive = 1401,

    /// <summary>The server ended while the run was under way.</summary>
    RunInterrupted = 1402,

    /// <summary>No snapshot of this id is known.</summary>
    SnapshotNotFound = 1500,

    /// <summary>The abbreviated id fits several snapshots.</summary>
    SnapshotAmbiguous = 1501,

    /// <summary>The snapshot was removed, and the time in which it could be restored is over.</summary>
    SnapshotExpired = 1502,

    /// <summary>The path does not exist, on the agent or in the snapshot.</summary>
    ItemNotFound = 1600,

    /// <summary>The item exists but cannot be read.</summary>
    ItemUnreadable = 1601,

    /// <summary>The item was there when its folder was listed and gone when it was to be read.</summary>
    ItemVanished = 1602,

    /// <summary>The item was altered while it was read: what was stored may mix old and new content.</summary>
    ItemChanged = 1603,

    /// <summary>The item is of a kind that cannot be stored or restored here.</summary>
    ItemUnsupported = 1604,

    /// <summary>The restore destination is not a folder.</summary>
    DestinationNotFolder = 1700,

    /// <summary>The restore destination cannot be written.</summary>
    DestinationNotWritable = 1701,

    /// <summary>The place of an item lies outside the destination, through a symbolic link or a name.</summary>
    DestinationEscapes = 1702,

    /// <summary>No space is left at the restore destination.</summary>
    DestinationFull = 1703,

    /// <summary>The item could not be written.</summary>
    ItemNotRestored = 1704,

    /// <summary>The item was written, but part of its metadata could not be set.</summary>
    MetadataNotRestored = 1705,
}
