using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// Judges the things that the calls of one connection name. What the caller may not see is answered like what does not exist; what it may see but not do is refused.
/// Callers with unnarrowed rights pass without a look at the thing. Safe to share between threads.
/// </summary>
/// <param name="visitor">Who calls.</param>
/// <param name="catalog">Where things are looked up.</param>
/// <param name="snapshots">All snapshots, whoever may see them.</param>
internal sealed class AccessJudge(PanelVisitor visitor, ICatalog catalog, ISnapshots snapshots)
{
    /// <summary>What the caller's grants cover at this moment.</summary>
    public async Task<AccessScope> OpenScopeAsync(CancellationToken cancellationToken) => new(await visitor.GetCallerAsync(cancellationToken), catalog);

    /// <summary>Leaves out what the caller may not see.</summary>
    public async IAsyncEnumerable<T> FilterAsync<T>(IAsyncEnumerable<T> all, Func<T, AccessSubject> subjectOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AccessScope scope = await OpenScopeAsync(cancellationToken);
        await foreach (T thing in all.WithCancellation(cancellationToken))
        {
            if (await scope.CoversAsync(Permission.View, subjectOf(thing), cancellationToken))
            {
                yield return thing;
            }
        }
    }

    /// <summary>Judges a repository as a whole.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryNotFound"/> or <see cref="ErrorCode.AccessRefused"/>.</exception>
    public async Task DemandRepositoryAsync(Permission permission, string name, CancellationToken cancellationToken) =>
        await DemandAsync(await OpenScopeAsync(cancellationToken), permission, new AccessSubject(null, name), RepositoryDirectory.NotFound(name), cancellationToken);

    /// <summary>Judges a task.</summary>
    /// <returns>The task; null if it was not looked at.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskNotFound"/> or <see cref="ErrorCode.AccessRefused"/>.</exception>
    public async Task<TaskRecord?> DemandTaskAsync(Permission permission, string name, CancellationToken cancellationToken)
    {
        AccessScope scope = await OpenScopeAsync(cancellationToken);
        if (scope.IsEverything(permission))
        {
            return null;
        }

        TaskRecord task = await catalog.Tasks.FindAsync(name, cancellationToken) ?? throw TaskDirectory.NotFound(name);
        HandyBackupException hidden = TaskDirectory.NotFound(name);
        if ((await scope.ChooseMembersAsync(Permission.View, task.Definition, cancellationToken)).Count > 0)
        {
            hidden = AccessRefusal.Of(await visitor.GetCallerAsync(cancellationToken), name);
        }

        await DemandAsync(scope, permission, AccessSubject.Of(task.Definition), hidden, cancellationToken);
        return task;
    }

    /// <summary>Judges the start of a task. A group's task is started for those members that the caller has the permission for.</summary>
    /// <returns>For which members of a group it is to be started; null for all, or for one agent's task.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskNotFound"/>, <see cref="ErrorCode.AccessRefused"/>, or <see cref="ErrorCode.AgentNotInGroup"/> for a member that
    /// the caller may not start it for.</exception>
    public async Task<IReadOnlyList<string>?> DemandStartAsync(StartTaskRequest request, CancellationToken cancellationToken)
    {
        AccessScope scope = await OpenScopeAsync(cancellationToken);
        if (scope.IsEverything(Permission.Operate))
        {
            return request.Agents;
        }

        TaskRecord task = await catalog.Tasks.FindAsync(request.Name, cancellationToken) ?? throw TaskDirectory.NotFound(request.Name);
        IReadOnlyList<string> members = await scope.ChooseMembersAsync(Permission.Operate, task.Definition, cancellationToken);
        if (members.Count == 0 || await scope.CoversAsync(Permission.Operate, AccessSubject.Of(task.Definition), cancellationToken))
        {
            await DemandTaskAsync(Permission.Operate, request.Name, cancellationToken);
            return request.Agents;
        }

        HashSet<string> covered = [.. members.Select(NameKey.Of)];
        return request.Agents?.FirstOrDefault(agent => !covered.Contains(NameKey.Of(agent))) is { } other
            ? throw TaskStart.NotInGroup(other, task.Definition.Group!)
            : request.Agents ?? members;
    }

    /// <summary>Judges what a group as a whole and a repository do together.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupNotFound"/>, <see cref="ErrorCode.RepositoryNotFound"/> or <see cref="ErrorCode.AccessRefused"/>.</exception>
    public async Task DemandGroupAsync(Permission permission, string group, string repository, CancellationToken cancellationToken)
    {
        AccessScope scope = await OpenScopeAsync(cancellationToken);
        bool seesGroup = await scope.CoversAsync(Permission.View, new AccessSubject(null, null, group), cancellationToken);
        HandyBackupException hidden = seesGroup ? RepositoryDirectory.NotFound(repository) : AgentGroupDirectory.NotFound(group);
        await DemandAsync(scope, permission, new AccessSubject(null, repository, group), hidden, cancellationToken);
    }

    /// <summary>Judges a run.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RunNotFound"/> or <see cref="ErrorCode.AccessRefused"/>.</exception>
    public async Task DemandRunAsync(Permission permission, Guid id, CancellationToken cancellationToken)
    {
        AccessScope scope = await OpenScopeAsync(cancellationToken);
        if (!scope.IsEverything(permission))
        {
            Run run = await catalog.Runs.FindAsync(id, cancellationToken) ?? throw RunEngine.RunNotFound(id);
            await DemandAsync(scope, permission, new AccessSubject(run.Agent, run.Repository), RunEngine.RunNotFound(id), cancellationToken);
        }
    }

    /// <summary>Judges an agent by itself.</summary>
    /// <param name="permission">What is needed.</param>
    /// <param name="name">The agent; null or empty for the server's own.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/> or <see cref="ErrorCode.AccessRefused"/>.</exception>
    public async Task DemandAgentAsync(Permission permission, string? name, CancellationToken cancellationToken)
    {
        AccessScope scope = await OpenScopeAsync(cancellationToken);
        if (!scope.IsEverything(permission))
        {
            string agent = await NameAsync(name, cancellationToken);
            await DemandAsync(scope, permission, new AccessSubject(agent, null), AgentDirectory.NotFound(agent), cancellationToken);
        }
    }

    /// <summary>Judges what an agent and a repository do together.</summary>
    /// <param name="permission">What is needed.</param>
    /// <param name="name">The agent; null or empty for the server's own.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, <see cref="ErrorCode.RepositoryNotFound"/> or <see cref="ErrorCode.AccessRefused"/>.</exception>
    public async Task DemandBothAsync(Permission permission, string? name, string repository, CancellationToken cancellationToken)
    {
        AccessScope scope = await OpenScopeAsync(cancellationToken);
        if (!scope.IsEverything(permission))
        {
            string agent = await NameAsync(name, cancellationToken);
            bool seesAgent = await scope.CoversAsync(Permission.View, new AccessSubject(agent, null), cancellationToken);
            HandyBackupException hidden = seesAgent ? RepositoryDirectory.NotFound(repository) : AgentDirectory.NotFound(agent);
            await DemandAsync(scope, permission, new AccessSubject(agent, repository), hidden, cancellationToken);
        }
    }

    /// <summary>Judges a snapshot.</summary>
    /// <param name="permission">What is needed.</param>
    /// <param name="reference">The snapshot.</param>
    /// <param name="isRemoved">True if it lies in the trash.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The snapshot by its full name, so that what is done is done to what was judged; as it was named if it was not looked at.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, <see cref="ErrorCode.SnapshotAmbiguous"/>, <see cref="ErrorCode.AccessRefused"/>,
    /// or <see cref="ErrorCode.InvalidArgument"/> if it is no id.</exception>
    public async Task<SnapshotReference> DemandSnapshotAsync(Permission permission, SnapshotReference reference, bool isRemoved, CancellationToken cancellationToken)
    {
        AccessScope scope = await OpenScopeAsync(cancellationToken);
        if (scope.IsEverything(permission))
        {
            return reference;
        }

        HandyBackupException hidden = isRemoved ? SnapshotDirectory.RemovedNotFound(reference.Id) : SnapshotDirectory.NotFound(reference.Id);
        SnapshotInfo found = await FindVisibleAsync(scope, reference, isRemoved, cancellationToken) ?? throw hidden;
        await DemandAsync(scope, permission, new AccessSubject(found.Agent, found.Repository), hidden, cancellationToken);
        return new SnapshotReference(found.Repository, found.Id);
    }

    private async Task<SnapshotInfo?> FindVisibleAsync(AccessScope scope, SnapshotReference reference, bool isRemoved, CancellationToken cancellationToken)
    {
        SnapshotInfo? found = null;
        var query = new SnapshotQuery { Id = reference.Id, Repository = reference.Repository, Removed = isRemoved };
        try
        {
            await foreach (SnapshotInfo snapshot in snapshots.ListAsync(query, cancellationToken))
            {
                if (await scope.CoversAsync(Permission.View, new AccessSubject(snapshot.Agent, snapshot.Repository), cancellationToken))
                {
                    found = found is null ? snapshot : throw Ambiguous(reference.Id);
                }
            }
        }
        catch (HandyBackupException exception) when (exception.Code is not (ErrorCode.SnapshotAmbiguous or ErrorCode.InvalidArgument))
        {
            // Some repository cannot be read. Which one is no news for whoever may not see it; what was found stands.
        }

        return found;
    }

    private static HandyBackupException Ambiguous(string digits) =>
        new(ErrorCode.SnapshotAmbiguous, $"Several snapshots begin with '{digits}'.") { Target = digits, Advice = "Name the repository, or give more digits." };

    private async Task DemandAsync(AccessScope scope, Permission permission, AccessSubject subject, HandyBackupException hidden, CancellationToken cancellationToken)
    {
        if (await scope.CoversAsync(permission, subject, cancellationToken))
        {
            return;
        }

        throw await scope.CoversAsync(Permission.View, subject, cancellationToken)
            ? AccessRefusal.Of(await visitor.GetCallerAsync(cancellationToken), hidden.Target ?? permission.ToString())
            : hidden;
    }

    private async Task<string> NameAsync(string? agent, CancellationToken cancellationToken) => string.IsNullOrEmpty(agent)
        ? (await catalog.AgentIdentities.ListAsync(cancellationToken).FirstOrDefaultAsync(known => known.Identity.IsEmbedded, cancellationToken))?.Identity.Name ?? ""
        : agent;
}
