using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

/// <summary>Records with every property set.</summary>
internal static class Samples
{
    public static DateTimeOffset Time { get; } = new(2026, 11, 22, 10, 30, 0, 123, TimeSpan.Zero);

    public static RepositoryRecord Repository(string name, char idDigit = 'a') => new()
    {
        Id = new string(idDigit, 64),
        Name = name,
        Path = "/repositories/" + name,
        FormatVersion = 2,
        CompressionLevel = 3,
        Description = "the first",
        Added = Time,
        LastChecked = Time.AddDays(1),
        RemovalGrace = TimeSpan.FromDays(3),
        SweepGrace = TimeSpan.FromHours(5),
        VerifyWithin = TimeSpan.FromDays(9),
        OptimizedSnapshots = 30,
        RemovedSnapshots = 4,
        SealedPassword = [1, 2, 3],
        SealedNextPassword = [4, 5],
    };

    public static TaskRecord Task(string name, RepositoryRecord repository) => new()
    {
        Id = Guid.NewGuid(),
        RepositoryId = repository.Id,
        SealedOptions = [9, 8],
        Created = Time,
        Definition = new TaskDefinition
        {
            Name = name,
            Agent = "here",
            Repository = repository.Name,
            Tags = ["one", "two"],
            Description = "what",
            Selection = new SourceSelection
            {
                Source = "Files",
                Options = new Dictionary<string, JsonElement> { ["Exclude"] = JsonElement.Parse("""["**/*.tmp"]""") },
                Paths = ["/usr/share", "/x 'y\" ü"],
            },
        },
    };

    public static Run Run(RunState state = RunState.Queued) => new()
    {
        Id = Guid.NewGuid(),
        Kind = RunKind.Backup,
        State = state,
        Task = "docs",
        Agent = "here",
        Repository = "main",
        Created = Time,
    };

    public static Run EndedRun() => Run(RunState.Failed) with
    {
        Started = Time.AddSeconds(1),
        Ended = Time.AddSeconds(5),
        Progress = new RunProgress { Items = 7, Bytes = 8, NewFiles = 1, ChangedFiles = 2, UnchangedFiles = 3, NewBytes = 4, AddedBytes = 5, TotalItems = 6, TotalBytes = 9 },
        BytesPerSecond = 2.5,
        Warnings = 4,
        Skipped = 3,
        SnapshotId = new string('b', 64),
        Optimization = new RepositoryOptimization { IsPlan = true, Snapshots = 3, Packs = 4, Bytes = 5, UnusedPacks = 6, FreedBytes = 7, FollowingBytes = 8 },
        Error = new ErrorInfo { Code = ErrorCode.StoreFull, Message = "full", Target = "/repo", Advice = "make room", IsTransient = true },
    };

    public static EnrollmentTokenRecord Token(string id = "00112233445566ff", int uses = 1) => new(
        new EnrollmentTokenInfo
        {
            Id = id,
            Kind = AgentKind.Server,
            NeedsApproval = true,
            Uses = uses,
            Remaining = uses,
            Created = Time,
            Expires = Time.AddDays(1),
            Note = "for the new machines",
        },
        new Sha256Hash(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));

    public static AgentIdentityRecord Agent(string name = "Laptop 7", AgentStatus status = AgentStatus.Approved, byte serial = 1) => new(
        new AgentIdentity
        {
            Id = Guid.NewGuid(),
            Name = name,
            Kind = AgentKind.Server,
            Status = status,
            Tags = ["finance", "ground floor"],
            Enrolled = Time,
            EnrolledWith = "00112233445566ff",
            LastSeen = Time.AddHours(1),
            LastAddress = "192.0.2.7",
        },
        [serial]);

    public static AgentGroupRecord Group(string name = "office", params Guid[] listed) => new()
    {
        Id = Guid.NewGuid(),
        Name = name,
        Description = "ground floor",
        Rule = new AgentGroupRule { Name = "pc*", OperatingSystem = "Debian*", Kind = AgentKind.Workstation, Tags = ["finance"] },
        Listed = new HashSet<Guid>(listed),
        Created = Time,
    };

    public static RunLogEntry Line(Guid run, long sequence, RunLogLevel level = RunLogLevel.Warning) => new()
    {
        RunId = run,
        Sequence = sequence,
        Time = Time.AddTicks(sequence),
        Level = level,
        Code = level == RunLogLevel.Information ? null : ErrorCode.ItemUnreadable,
        Path = level == RunLogLevel.Information ? null : $"a/{sequence}",
        Message = "Permission denied",
    };
}
