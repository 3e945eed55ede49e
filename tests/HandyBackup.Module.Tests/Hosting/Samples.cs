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

    public static AgentInfo Agent() => new()
    {
        Description = new AgentDescription
        {
            Name = "here",
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
