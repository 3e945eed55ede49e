using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>Answers of the server that tests share.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 30, 0, TimeSpan.Zero);

    public static readonly Guid RunId = Guid.Parse("11111111-2222-3333-4444-555555555555");

    public static readonly string SnapshotId = new('a', 64);

    public static Run Run(RunState state = RunState.Running, RunKind kind = RunKind.Backup) => new()
    {
        Id = RunId,
        Kind = kind,
        State = state,
        Task = kind == RunKind.Backup ? "docs" : null,
        Repository = "main",
        Created = Time,
        Started = Time,
        Ended = state is RunState.Queued or RunState.Running ? null : Time.AddSeconds(90),
        SnapshotId = state is RunState.Completed or RunState.CompletedWithWarnings && kind != RunKind.Check ? SnapshotId : null,
        Progress = new RunProgress { Items = 1200, Bytes = 3 << 20, AddedBytes = 1 << 20, NewBytes = 2 << 20, TotalBytes = 6 << 20, CurrentItem = "usr/share/doc" },
        BytesPerSecond = 1 << 20,
        Remaining = TimeSpan.FromSeconds(3),
    };

    public static TaskInfo Task(string name = "docs", Run? lastRun = null) => new()
    {
        Definition = new TaskDefinition { Name = name, Agent = "here", Selection = new SourceSelection { Source = "Files", Paths = ["/usr/share"] }, Repository = "main" },
        Created = Time,
        LastRun = lastRun,
    };

    public static RepositoryInfo Repository(string name = "main") => new()
    {
        Name = name,
        Id = new string('b', 64),
        Path = "/backup/" + name,
        FormatVersion = 2,
        CompressionLevel = 3,
        Added = Time,
        Snapshots = 12,
        Size = 3L << 30,
    };

    public static RepositoryKey Key(string id = "c", bool isCurrent = true) => new()
    {
        Repository = "main",
        Id = id.PadRight(64, '0'),
        UserName = "root",
        HostName = "box",
        Created = Time,
        IsCurrent = isCurrent,
    };

    public static SnapshotInfo Snapshot(string? id = null, string repository = "main") => new()
    {
        Id = id ?? SnapshotId,
        Repository = repository,
        Time = Time,
        Task = "docs",
        Source = "Files",
        Agent = "here",
        HostName = "box",
        UserName = "root",
        Paths = ["/usr/share"],
        Tags = [],
        Items = 1200,
        Bytes = 3 << 20,
        AddedBytes = 1 << 20,
    };

    public static Item Item(string path, ItemKind kind = ItemKind.File, bool isLive = false) => new()
    {
        Path = path,
        Name = path[(path.LastIndexOf('/') + 1)..],
        Kind = kind,
        Size = kind == ItemKind.File ? 1536 : null,
        Modified = Time,
        Mode = kind == ItemKind.Folder ? 0x1ED : 0x1A4,
        User = "root",
        Group = "root",
        Agent = "here",
        Source = "Files",
        SnapshotId = isLive ? null : SnapshotId,
        Repository = isLive ? null : "main",
    };

    public static AgentInfo Agent(string name = "here", AgentStatus status = AgentStatus.Approved) => new()
    {
        Id = new Guid("5d3c1f0e-7a52-4c1b-9f0e-2b8a6d4c1e73"),
        Kind = AgentKind.Server,
        Status = status,
        Enrolled = Time,
        Description = new AgentDescription
        {
            Name = name,
            HostName = "box",
            OperatingSystem = "Debian 12",
            UserName = "root",
            Version = "0.1.0",
            Sources =
            [
                new SourceDescription
                {
                    Kind = "Files",
                    Description = "Files and folders.",
                    CanRestore = true,
                    Options = [new SourceOptionDescription { Name = "Exclude", Type = "StringList", Description = "Globs." }],
                },
            ],
        },
        IsOnline = true,
        IsEmbedded = true,
        LastSeen = Time,
    };

    public static StartedTask Started(params Run[] runs) => new() { Runs = runs.Length == 0 ? [Run()] : runs };

    public static AgentGroupInfo AgentGroup(string name = "office") => new()
    {
        Name = name,
        Description = "ground floor",
        Rule = new AgentGroupRule { Name = "pc*", Kind = AgentKind.Workstation, Tags = ["finance"] },
        Listed = ["laptop"],
        Members = ["laptop", "pc1"],
        Created = Time,
    };

    public static Grant Grant() => new() { Role = Role.Operator, Agents = ["pc1"], Groups = ["office"], Repositories = ["main"] };

    public static UserInfo User(string name = "anna") => new()
    {
        Name = name,
        Description = "Accounts",
        IsEnabled = true,
        HasPassword = true,
        NeedsOneTimeCode = false,
        Grants = [Grant()],
        Created = Time,
        Changed = Time,
    };

    public static ApiTokenInfo ApiToken() => new() { Name = "anna", Grants = [Grant()], Description = "", Created = Time, Expires = Time.AddDays(90) };

    public static RemovalRequest Removal() => new()
    {
        Id = RunId,
        Kind = RemovalKind.RemoveRepository,
        Target = "repository main",
        RequestedBy = "anna",
        Requested = Time,
        Expires = Time.AddDays(3),
    };

    public static AuditEntry AuditEntry() => new()
    {
        Number = 7,
        Time = Time,
        CallerKind = CallerKind.User,
        Caller = "anna",
        Origin = "192.0.2.1",
        Action = "Users.Create",
        Target = "user bert",
        Outcome = AuditOutcome.Failed,
        Error = ErrorCode.UserExists,
        Begun = 6,
        Hash = new string('d', 64),
    };

    public static AuditVerification AuditVerification(bool isSound) => new()
    {
        IsSound = isSound,
        Entries = 7,
        Number = 7,
        Hash = new string('d', 64),
        Findings = isSound ? [] : ["Entry 3 was altered."],
    };

    /// <summary>A token that is usable far into the future.</summary>
    public static EnrollmentTokenInfo Token(string id = "00112233445566aa") => new()
    {
        Id = id,
        Kind = AgentKind.Workstation,
        Group = "office",
        NeedsApproval = true,
        Uses = 5,
        Remaining = 3,
        Created = Time,
        Expires = Time.AddYears(1000),
        Note = "new laptops",
    };

    public static ServerBackupInfo ServerBackup() => new()
    {
        Made = Time,
        HostName = "box",
        Version = "0.1.0",
        DataPath = "/hb",
        StartOptions = ["--listen", "*"],
        Repositories = 1,
        Tasks = 2,
        Agents = 3,
        Users = 4,
    };

    public static ServerStatus Status(string dataPath) => new()
    {
        HostName = "box",
        Version = "0.1.0",
        DataPath = dataPath,
        ProcessId = Environment.ProcessId,
        Started = Time,
        ActiveRuns = 1,
        Tasks = 2,
        Repositories = 3,
        Agents = 4,
    };

    /// <summary>The value of a property of an output object.</summary>
    public static object? Get(this PSObject value, string property) => value.Properties[property].Value;

    /// <summary>The value of a property of an output object, as text: enumerations live in the module's own load context.</summary>
    public static string? Text(this PSObject value, string property) => value.Get(property)?.ToString();

    /// <summary>The ErrorId without the cmdlet that wrote it.</summary>
    public static string Id(this ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];
}
