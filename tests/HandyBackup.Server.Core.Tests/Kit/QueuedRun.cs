using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Orders as tests of queues need them.</summary>
internal static class QueuedRun
{
    private static readonly DateTimeOffset s_time = new(2026, 11, 22, 10, 30, 0, TimeSpan.Zero);

    public static RepositoryRecord Repository(string id = "main") => new() { Id = id, Name = id, Path = "/" + id, FormatVersion = 2, Added = s_time, SealedPassword = [] };

    public static TaskRecord Task(string name) => new()
    {
        Id = Guid.NewGuid(),
        RepositoryId = "main",
        Created = s_time,
        Definition = new TaskDefinition { Name = name, Agent = "", Repository = "main", Selection = new SourceSelection { Source = "Files" } },
    };

    public static RunOrder Order(TaskRecord? task, string? agent = null, string repository = "main", RunKind kind = RunKind.Backup) => new()
    {
        Kind = kind,
        Task = task,
        Agent = agent,
        Repository = Repository(repository),
        Work = static (_, _) => System.Threading.Tasks.Task.FromResult(new RunResult(new RunProgress())),
    };

    /// <summary>A run that nobody executes.</summary>
    public static ActiveRun Create(RunOrder order)
    {
        var run = new Run { Id = Guid.NewGuid(), Kind = order.Kind, State = RunState.Queued, Repository = order.Repository.Name, Created = s_time };
        return new ActiveRun(order, run, new RunLogWriter(new ForgetfulLog(), run.Id, TimeProvider.System), TimeProvider.System);
    }
}
