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

    /// <summary>The other side sent what the protocol does not allow, and was cut off.</summary>
    ProtocolViolated = 1029,

    /// <summary>No repository of this name is known.</summary>
    RepositoryNotFound = 1100,

    /// <summary>The name, or the place, already belongs to a repository of this server.</summary>
    RepositoryExists = 1101,

    /// <summary>A new repository wants an empty folder, and this one holds other files.</summary>
    RepositoryFolderNotEmpty = 1102,

    /// <summary>The folder does not hold a repository.</summary>
    NotARepository = 1103,

    /// <summary>No key of the repository, or not the server's backup, opens with this password.</summary>
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

    /// <summary>An agent of this name exists already.</summary>
    AgentExists = 1306,

    /// <summary>Tasks still use the agent.</summary>
    AgentInUse = 1307,

    /// <summary>The server does not accept the enrolment token. It does not say why; its log does.</summary>
    EnrollmentRefused = 1310,

    /// <summary>The text is not an enrolment token.</summary>
    EnrollmentTokenInvalid = 1311,

    /// <summary>No enrolment token of this id is known.</summary>
    EnrollmentTokenNotFound = 1312,

    /// <summary>A request for a certificate cannot be read, is not signed with its own key, or has a key that is too weak or of an unknown kind.</summary>
    CertificateRequestInvalid = 1313,

    /// <summary>The server's certification authority can sign nothing now: the machine's clock lies outside its years.</summary>
    CertificateAuthorityExpired = 1314,

    /// <summary>Who connects as an agent must show a certificate, and showed none.</summary>
    AgentCertificateMissing = 1320,

    /// <summary>The certificate was not signed by the certification authority of this server.</summary>
    AgentCertificateUntrusted = 1321,

    /// <summary>The certificate's time is over.</summary>
    AgentCertificateExpired = 1322,

    /// <summary>The certificate's time has not begun.</summary>
    AgentCertificateNotYetValid = 1323,

    /// <summary>The certificate was signed by this server, but not for an agent.</summary>
    AgentCertificateWrongUse = 1324,

    /// <summary>The agent has, or had, this id, but with a newer certificate.</summary>
    AgentCertificateSuperseded = 1325,

    /// <summary>The server signed the certificate but knows no agent of this id.</summary>
    AgentUnknown = 1326,

    /// <summary>The agent was removed from the server, and its certificate revoked with it.</summary>
    AgentRevoked = 1327,

    /// <summary>An administrator has suspended the agent.</summary>
    AgentSuspended = 1328,

    /// <summary>The agent waits until an administrator approves it.</summary>
    AgentNotApproved = 1329,

    /// <summary>No connection to the server's address could be made, or it ended before both sides knew each other.</summary>
    ServerUnreachable = 1330,

    /// <summary>What answers at the server's address does not speak this product's protocol over TLS 1.3.</summary>
    SecureConnectionFailed = 1331,

    /// <summary>The server's certificate was not signed by the certification authority that is trusted here.</summary>
    ServerCertificateUntrusted = 1332,

    /// <summary>The server's certificate is not good now: its time is over or has not begun, or a clock is wrong.</summary>
    ServerCertificateNotValidNow = 1333,

    /// <summary>The server's certificate does not name the address that was connected to.</summary>
    ServerNameMismatch = 1334,

    /// <summary>The server is not the one that the enrolment token is for.</summary>
    EnrollmentServerMismatch = 1335,

    /// <summary>The source needs an agent of server kind, and the agent is a workstation's.</summary>
    AgentKindInsufficient = 1336,

    /// <summary>The root tree that the agent named at the end of its backup is not in the repository.</summary>
    RootTreeMissing = 1337,

    /// <summary>The server cannot listen on the address that it was told to.</summary>
    ListenFailed = 1338,

    /// <summary>An agent asked for content that does not belong to what its run may read.</summary>
    BlobRefused = 1339,

    /// <summary>The agent's data folder cannot be made, read or written, or belongs to somebody who must not have it.</summary>
    AgentHomeUnusable = 1350,

    /// <summary>Another agent already works in this data folder.</summary>
    AgentHomeInUse = 1351,

    /// <summary>The agent's settings cannot be read or have a value that cannot be used.</summary>
    AgentSettingsInvalid = 1352,

    /// <summary>This machine has not been made an agent of a server yet.</summary>
    AgentNotEnrolled = 1353,

    /// <summary>The agent's key or certificate cannot be read, or the two do not belong together.</summary>
    AgentCredentialDamaged = 1354,

    /// <summary>This machine is an agent of another server already.</summary>
    AgentEnrolledElsewhere = 1355,

    /// <summary>The agent is not installed on this machine.</summary>
    AgentNotInstalled = 1356,

    /// <summary>The agent could not be installed, upgraded or removed; what was changed has been put back.</summary>
    AgentInstallFailed = 1357,

    /// <summary>The operating system could not set up, start or stop the agent's service.</summary>
    AgentServiceFailed = 1358,

    /// <summary>The agent must not begin a backup now: the machine runs on its battery, or its network is metered or private.</summary>
    BackupNotNow = 1360,

    /// <summary>No package of the agent was found for the machine's operating system and processor.</summary>
    AgentPackageMissing = 1370,

    /// <summary>A package of the agent is for other machines, cannot be read, or did not arrive as it was sent.</summary>
    AgentPackageUnusable = 1371,

    /// <summary>No PowerShell session with the machine could be made, or it broke.</summary>
    MachineUnreachable = 1372,

    /// <summary>The machine, or the account there, does not allow an agent to be installed.</summary>
    MachineUnsuitable = 1373,

    /// <summary>No run of this id is known.</summary>
    RunNotFound = 1400,

    /// <summary>The run has ended already.</summary>
    RunNotActive = 1401,

    /// <summary>The server ended while the run was under way.</summary>
    RunInterrupted = 1402,

    /// <summary>Whoever calls over a network must log in first.</summary>
    LoginNeeded = 1410,

    /// <summary>The login was refused. The server does not say why; its audit log tells that it happened.</summary>
    LoginRefused = 1411,

    /// <summary>The caller has no permission for this.</summary>
    AccessRefused = 1412,

    /// <summary>Only a user can do this with the own account, and the caller is none.</summary>
    NotAUser = 1413,

    /// <summary>No user of this name is known.</summary>
    UserNotFound = 1420,

    /// <summary>A user of this name, or with this certificate, exists already.</summary>
    UserExists = 1421,

    /// <summary>The password is too short, or too easy to guess.</summary>
    PasswordTooWeak = 1422,

    /// <summary>The one-time code is wrong, too old, or was used already.</summary>
    OneTimeCodeWrong = 1423,

    /// <summary>The account needs one-time codes already.</summary>
    OneTimeCodeInUse = 1424,

    /// <summary>The account has no such grant.</summary>
    GrantNotFound = 1425,

    /// <summary>No API token of this name is known.</summary>
    ApiTokenNotFound = 1426,

    /// <summary>An API token of this name exists already.</summary>
    ApiTokenExists = 1427,

    /// <summary>Another administrator must approve this; the request was noted.</summary>
    ApprovalNeeded = 1430,

    /// <summary>No request of this id waits to be approved.</summary>
    RemovalRequestNotFound = 1431,

    /// <summary>The caller may not approve this request.</summary>
    ApprovalRefused = 1432,

    /// <summary>An entry of the audit log was altered, removed, inserted or moved.</summary>
    AuditLogDamaged = 1440,

    /// <summary>This machine does not know the server yet, and nobody has said that it is the right one.</summary>
    ServerNotTrusted = 1450,

    /// <summary>The file of known servers cannot be read, understood or written.</summary>
    KnownServersUnusable = 1451,

    /// <summary>This edition of PowerShell cannot connect to servers on other machines.</summary>
    RemotePanelUnsupported = 1452,

    /// <summary>No group of agents of this name is known.</summary>
    AgentGroupNotFound = 1460,

    /// <summary>A group of agents of this name exists already.</summary>
    AgentGroupExists = 1461,

    /// <summary>A task, a grant or an enrolment token still names the group.</summary>
    AgentGroupInUse = 1462,

    /// <summary>The group has no members.</summary>
    AgentGroupEmpty = 1463,

    /// <summary>No member of the group that could check a task's source is connected.</summary>
    AgentGroupOffline = 1464,

    /// <summary>The agent is no member of the task's group.</summary>
    AgentNotInGroup = 1465,

    /// <summary>The agent is a member by its own word only, and is not given secrets for that.</summary>
    AgentNotVouchedFor = 1466,

    /// <summary>The content broke off before its end.</summary>
    ContentIncomplete = 1470,

    /// <summary>The item belongs to the agent or the server itself, or is the top of a volume: it is neither read, written nor removed from afar.</summary>
    ItemProtected = 1471,

    /// <summary>The agent was set up to let nobody write or remove anything on its machine.</summary>
    AgentReadOnly = 1472,

    /// <summary>The source cannot remove items.</summary>
    RemovalNotSupported = 1473,

    /// <summary>The folder is not empty, and its content was not to be removed.</summary>
    FolderNotEmpty = 1474,

    /// <summary>The item could not be removed.</summary>
    ItemNotRemoved = 1475,

    /// <summary>The content of the folder is left out of backups on purpose: it belongs to the agent or the server itself. In a run's log this is information, and no warning.</summary>
    ItemLeftOut = 1476,

    /// <summary>The file is no backup of a server.</summary>
    NotAServerBackup = 1490,

    /// <summary>The backup of a server was made by a newer version, in a format that this program does not know.</summary>
    ServerBackupNewer = 1491,

    /// <summary>The backup of a server is truncated or altered.</summary>
    ServerBackupDamaged = 1492,

    /// <summary>The data path holds a server already, and nobody said that it may be replaced.</summary>
    DataPathOccupied = 1493,

    /// <summary>A server could not be restored, for a reason that has no code of its own.</summary>
    ServerRestoreFailed = 1494,

    /// <summary>A file of this name exists already, and nobody said that it may be replaced.</summary>
    FileExists = 1495,

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
