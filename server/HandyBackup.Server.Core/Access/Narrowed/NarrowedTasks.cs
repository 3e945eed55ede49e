using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The tasks that a caller may see, and what it may do with them. A group's task is the caller's to change who has rights for the group, and to start for each member that is covered.</summary>
internal sealed class NarrowedTasks(ITasks inner, AccessJudge judge) : ITasks
{
    /// <inheritdoc/>
    public async Task<TaskInfo> CreateAsync(CreateTaskRequest request, CancellationToken cancellationToken)
    {
        await DemandPlaceAsync(request.Definition, request.Definition.Repository, cancellationToken);
        return await inner.CreateAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AccessScope scope = await judge.OpenScopeAsync(cancellationToken);
        await foreach (TaskInfo task in inner.ListAsync(query, cancellationToken))
        {
            if (await scope.CoversAsync(Permission.View, AccessSubject.Of(task.Definition), cancellationToken))
            {
                yield return task;
            }
            else if ((await scope.ChooseMembersAsync(Permission.View, task.Definition, cancellationToken)).Count > 0)
            {
                yield return await HideOthersAsync(scope, task, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<TaskInfo> UpdateAsync(UpdateTaskRequest request, CancellationToken cancellationToken)
    {
        TaskRecord? task = await judge.DemandTaskAsync(Permission.ManageTasks, request.Name, cancellationToken);
        if (task is not null && request.Repository is { } target)
        {
            await DemandPlaceAsync(task.Definition, target, cancellationToken);
        }

        return await inner.UpdateAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(TaskReference task, CancellationToken cancellationToken)
    {
        await judge.DemandTaskAsync(Permission.ManageTasks, task.Name, cancellationToken);
        await inner.RemoveAsync(task, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<StartedTask> StartAsync(StartTaskRequest request, CancellationToken cancellationToken) =>
        await inner.StartAsync(request with { Agents = await judge.DemandStartAsync(request, cancellationToken) }, cancellationToken);

    /// <summary>Does nothing: the tasks are the server's.</summary>
    public void Dispose()
    {
    }

    private Task DemandPlaceAsync(TaskDefinition task, string repository, CancellationToken cancellationToken) => task.Group is { } group
        ? judge.DemandGroupAsync(Permission.ManageTasks, group, repository, cancellationToken)
        : judge.DemandBothAsync(Permission.ManageTasks, task.Agent, repository, cancellationToken);

    // How other machines fared is not told by the task that they share.
    private static async Task<TaskInfo> HideOthersAsync(AccessScope scope, TaskInfo task, CancellationToken cancellationToken)
    {
        bool sees = task.LastRun is { } last && await scope.CoversAsync(Permission.View, new AccessSubject(last.Agent, last.Repository), cancellationToken);
        return task with { LastRun = sees ? task.LastRun : null, LastRuns = [] };
    }
}
