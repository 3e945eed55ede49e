using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="ITasks"/>
internal sealed class TaskService(
    ICatalog catalog,
    TaskDirectory tasks,
    RepositoryDirectory repositories,
    AgentDirectory agents,
    TaskOptions options,
    RunEngine engine,
    BackupWork backup,
    TimeProvider time,
    ILogger logger) : ITasks
{
    private readonly TurnTaking _changing = new();

    /// <inheritdoc/>
    public async Task<TaskInfo> CreateAsync(CreateTaskRequest request, CancellationToken cancellationToken)
    {
        NameRule.Check(request.Definition.Name, "task");
        if (await catalog.Tasks.FindAsync(request.Definition.Name, cancellationToken) is { } known)
        {
            throw new HandyBackupException(ErrorCode.TaskExists, $"A task named '{known.Definition.Name}' exists already.")
            {
                Target = known.Definition.Name,
                Advice = "Choose another name, or change the existing task.",
            };
        }

        var task = new TaskRecord { Id = Guid.NewGuid(), Definition = request.Definition, RepositoryId = "", Created = time.GetUtcNow() };
        task = await CheckAsync(task, cancellationToken);
        await catalog.Tasks.AddAsync(task, cancellationToken);
        ServerLog.TaskChanged(logger, task.Definition.Name, "created");
        return await DescribeAsync(task, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TaskRecord task in tasks.ListAsync(query, cancellationToken))
        {
            yield return await DescribeAsync(task, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<TaskInfo> UpdateAsync(UpdateTaskRequest request, CancellationToken cancellationToken)
    {
        // One change at a time: two that read the same state would lose one of them.
        using IDisposable turn = await _changing.WaitAsync(cancellationToken);
        TaskRecord task = await tasks.FindAsync(request.Name, cancellationToken);
        TaskDefinition now = options.Reveal(task);
        if (request.NewName is { } name)
        {
            NameRule.Check(name, "task");
        }

        TaskDefinition changed = now with
        {
            Name = request.NewName ?? now.Name,
            Repository = request.Repository ?? now.Repository,
            Tags = request.Tags ?? now.Tags,
            Description = request.Description ?? now.Description,
            Selection = now.Selection with
            {
                Paths = request.Paths ?? now.Selection.Paths,
                Options = request.Options is { } set ? TaskOptions.Merge(now.Selection.Options, set) : now.Selection.Options,
            },
        };
        task = await CheckAsync(task with { Definition = changed }, cancellationToken);
        await catalog.Tasks.UpdateAsync(task, cancellationToken);
        ServerLog.TaskChanged(logger, task.Definition.Name, "changed");
        return await DescribeAsync(task, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(TaskReference task, CancellationToken cancellationToken)
    {
        TaskRecord record = await tasks.FindAsync(task.Name, cancellationToken);
        if (engine.IsBusy(record.Id))
        {
            throw new HandyBackupException(ErrorCode.TaskBusy, $"The task '{record.Definition.Name}' is being run.")
            {
                Target = record.Definition.Name,
                Advice = "Wait until the run has ended, or stop it.",
                IsTransient = true,
            };
        }

        await catalog.Tasks.RemoveAsync(record.Id, cancellationToken);
        ServerLog.TaskChanged(logger, record.Definition.Name, "removed");
    }

    /// <inheritdoc/>
    public async Task<Run> StartAsync(StartTaskRequest request, CancellationToken cancellationToken)
    {
        TaskRecord task = await tasks.FindAsync(request.Name, cancellationToken);
        ConnectedAgent agent = await agents.FindAsync(task.Definition.Agent, cancellationToken);
        RepositoryRecord repository = await repositories.FindAsync(task.Definition.Repository, cancellationToken);
        return await engine.StartAsync(
            new RunOrder
            {
                Kind = RunKind.Backup,
                Task = task,
                Agent = agent.Description.Name,
                Repository = repository,
                Work = (run, token) => backup.ExecuteAsync(task, agent, repository, request.Full, run, token),
            },
            cancellationToken);
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    // Takes a definition with its secrets in the open; gives the record that may be saved.
    private async Task<TaskRecord> CheckAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        TaskDefinition definition = task.Definition;
        CheckTexts(definition.Tags, "tag", ",");
        CheckTexts(definition.Selection.Paths, "path", "");
        RepositoryRecord repository = await repositories.FindAsync(definition.Repository, cancellationToken);
        ConnectedAgent agent = await agents.FindAsync(definition.Agent, cancellationToken);
        SourceDescription source = agent.FindSource(definition.Selection.Source);
        definition = definition with
        {
            Agent = agent.Description.Name,
            Repository = repository.Name,
            Selection = definition.Selection with { Source = source.Kind },
        };
        await agent.Agent.ValidateAsync(definition.Selection, cancellationToken);
        return options.Protect(task with { Definition = definition, RepositoryId = repository.Id }, source);
    }

    // A comma would part one tag in two on restic's command line.
    private static void CheckTexts(IReadOnlyList<string> texts, string what, string reserved)
    {
        foreach (string text in texts)
        {
            if (string.IsNullOrEmpty(text) || text.AsSpan().IndexOfAny(reserved + "\0") >= 0)
            {
                throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{text}' cannot be a {what}.")
                {
                    Target = text,
                    Advice = $"A {what} must not be empty{(reserved.Length > 0 ? ", nor have a comma" : "")}.",
                };
            }
        }
    }

    private async Task<TaskInfo> DescribeAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        Run? last = await catalog.Runs.FindLastOfTaskAsync(task.Id, cancellationToken);
        return new TaskInfo
        {
            Definition = task.Definition,
            Created = task.Created,
            LastRun = last is null ? null : await engine.RefreshAsync(last, cancellationToken),
        };
    }
}
