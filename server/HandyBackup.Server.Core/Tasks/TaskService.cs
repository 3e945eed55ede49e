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
    AgentGroupDirectory groups,
    TaskOptions options,
    TaskStart start,
    RunEngine engine,
    TimeProvider time,
    ILogger logger) : ITasks
{
    private static readonly TimeSpan s_longestWindow = TimeSpan.FromDays(7);

    private readonly GroupSourceCheck _groupSources = new(groups, agents);
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
            StartWindow = request.StartWindow ?? now.StartWindow,
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
    public Task<StartedTask> StartAsync(StartTaskRequest request, CancellationToken cancellationToken) => start.StartAsync(request, cancellationToken);

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
        CheckWindow(definition);
        RepositoryRecord repository = await repositories.FindAsync(definition.Repository, cancellationToken);
        (definition, SourceDescription source) = definition.Group is { } group
            ? await CheckGroupAsync(definition, group, cancellationToken)
            : await CheckAgentAsync(definition, cancellationToken);
        definition = definition with { Repository = repository.Name, Selection = definition.Selection with { Source = source.Kind } };
        return options.Protect(task with { Definition = definition, RepositoryId = repository.Id }, source);
    }

    private async Task<(TaskDefinition Definition, SourceDescription Source)> CheckAgentAsync(TaskDefinition definition, CancellationToken cancellationToken)
    {
        ConnectedAgent agent = await agents.FindAsync(definition.Agent, cancellationToken);
        SourceDescription source = agent.FindSource(definition.Selection.Source);
        await agent.Agent.ValidateAsync(definition.Selection with { Source = source.Kind }, cancellationToken);
        return (definition with { Agent = agent.Description.Name }, source);
    }

    private async Task<(TaskDefinition Definition, SourceDescription Source)> CheckGroupAsync(TaskDefinition definition, string name, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(definition.Agent))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The task '{definition.Name}' names both an agent and a group.") { Target = definition.Name, Advice = "Name one of them." };
        }

        AgentGroupRecord group = await groups.FindAsync(name, cancellationToken);
        return (definition with { Group = group.Name }, await _groupSources.CheckAsync(group, definition.Selection, cancellationToken));
    }

    private static void CheckWindow(TaskDefinition definition)
    {
        if (definition.StartWindow < TimeSpan.Zero || definition.StartWindow > s_longestWindow)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"A start window cannot last {definition.StartWindow}.") { Target = definition.Name, Advice = $"Name a time of {s_longestWindow.Days} days at most." };
        }

        if (definition.StartWindow > TimeSpan.Zero && definition.Group is null)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The task '{definition.Name}' is that of one agent: there is nothing to spread over a start window.") { Target = definition.Name, Advice = "Leave the window out, or name a group." };
        }
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
        IReadOnlyList<RunCount> lastRuns = task.Definition.Group is null ? [] : await catalog.Runs.CountLastOfTaskAsync(task.Id, cancellationToken);
        return new TaskInfo
        {
            Definition = task.Definition,
            Created = task.Created,
            LastRun = last is null ? null : await engine.RefreshAsync(last, cancellationToken),
            LastRuns = lastRuns,
        };
    }
}
