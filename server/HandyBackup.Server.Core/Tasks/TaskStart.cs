using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Starts tasks: one run for an agent, or one for each member that a group has at this moment. Safe to share between threads.</summary>
internal sealed class TaskStart(TaskDirectory tasks, RepositoryDirectory repositories, AgentDirectory agents, AgentGroupDirectory groups, RunEngine engine, BackupWork backup)
{
    /// <summary>Starts a task.</summary>
    /// <exception cref="HandyBackupException">As <see cref="ITasks.StartAsync"/>.</exception>
    public async Task<StartedTask> StartAsync(StartTaskRequest request, CancellationToken cancellationToken)
    {
        TaskRecord task = await tasks.FindAsync(request.Name, cancellationToken);
        if (task.Definition.Group is { } group)
        {
            return await StartGroupAsync(task, await groups.FindAsync(group, cancellationToken), request, cancellationToken);
        }

        return request.Agents is null
            ? new StartedTask { Runs = [await StartOneAsync(task, request.Full, cancellationToken)] }
            : throw new HandyBackupException(ErrorCode.InvalidArgument, $"The task '{task.Definition.Name}' is that of one agent.") { Target = task.Definition.Name, Advice = "Name no members." };
    }

    private async Task<Run> StartOneAsync(TaskRecord task, bool full, CancellationToken cancellationToken)
    {
        ConnectedAgent agent = await agents.FindAsync(task.Definition.Agent, cancellationToken);
        agent.FindSource(task.Definition.Selection.Source);
        RepositoryRecord repository = await repositories.FindAsync(task.Definition.Repository, cancellationToken);
        return await engine.StartAsync(
            new RunOrder
            {
                Kind = RunKind.Backup,
                Task = task,
                Agent = agent.Description.Name,
                Repository = repository,
                Work = (run, token) => backup.ExecuteAsync(task, agent, repository, full, run, token),
            },
            cancellationToken);
    }

    private async Task<StartedTask> StartGroupAsync(TaskRecord task, AgentGroupRecord group, StartTaskRequest request, CancellationToken cancellationToken)
    {
        RepositoryRecord repository = await repositories.FindAsync(task.Definition.Repository, cancellationToken);
        AgentIdentity[] members = Choose(group, await groups.ListMembersAsync(group, cancellationToken), request.Agents);
        var leftOut = new List<LeftOutAgent>();
        var membership = new GroupMembership(group);
        var admitted = new List<AgentIdentity>(members.Length);
        foreach (AgentIdentity member in members)
        {
            if (RefusalOf(member, task, membership) is { } refusal)
            {
                leftOut.Add(new LeftOutAgent(member.Name, ErrorTranslation.Describe(refusal)));
            }
            else
            {
                admitted.Add(member);
            }
        }

        // In random order, so that limits and windows do not favour the same machines each time.
        AgentIdentity[] shuffled = [.. admitted];
        Random.Shared.Shuffle(shuffled);
        RunOrder[] orders = [.. shuffled.Select((member, i) => OrderFor(member, StartDelays.Of(i, shuffled.Length, task.Definition.StartWindow)))];
        IReadOnlyList<Run> runs = await engine.StartAsync(orders, (order, busy) => leftOut.Add(new LeftOutAgent(order.Agent!, ErrorTranslation.Describe(busy))), cancellationToken);
        return new StartedTask
        {
            Runs = [.. runs.OrderBy(static run => run.Agent, StringComparer.OrdinalIgnoreCase)],
            LeftOut = [.. leftOut.OrderBy(static agent => agent.Agent, StringComparer.OrdinalIgnoreCase)],
        };

        RunOrder OrderFor(AgentIdentity member, TimeSpan delay) => new()
        {
            Kind = RunKind.Backup,
            Task = task,
            Agent = member.Name,
            Repository = repository,
            Delay = delay,
            Precondition = token => FindMemberAsync(task, member, token),
            Work = (run, token) => BackUpMemberAsync(task, member, repository, request.Full, run, token),
        };
    }

    // By its id: whoever got its name since the start is not meant.
    private async Task<ConnectedAgent> FindMemberAsync(TaskRecord task, AgentIdentity member, CancellationToken cancellationToken)
    {
        ConnectedAgent agent = await agents.FindByIdAsync(member, cancellationToken);
        agent.FindSource(task.Definition.Selection.Source);
        return agent;
    }

    private async Task<RunResult> BackUpMemberAsync(TaskRecord task, AgentIdentity member, RepositoryRecord repository, bool full, ActiveRun run, CancellationToken cancellationToken)
    {
        ConnectedAgent agent = await FindMemberAsync(task, member, cancellationToken);
        TaskRecord own = task with { Definition = task.Definition with { Agent = agent.Description.Name, Group = null } };
        return await backup.ExecuteAsync(own, agent, repository, full, run, cancellationToken);
    }

    private static AgentIdentity[] Choose(AgentGroupRecord group, IReadOnlyList<AgentIdentity> members, IReadOnlyList<string>? wanted)
    {
        if (members.Count == 0)
        {
            throw new HandyBackupException(ErrorCode.AgentGroupEmpty, $"The group '{group.Name}' has no members.") { Target = group.Name, Advice = "List agents in it, or change its rule." };
        }

        if (wanted is null)
        {
            return [.. members];
        }

        Dictionary<string, AgentIdentity> byName = members.ToDictionary(member => NameKey.Of(member.Name));
        return [.. wanted.Select(name => byName.GetValueOrDefault(NameKey.Of(name)) ?? throw NotInGroup(name, group.Name)).DistinctBy(member => member.Id)];
    }

    /// <summary>What is said of an agent that a task's group does not have.</summary>
    public static HandyBackupException NotInGroup(string agent, string group) =>
        new(ErrorCode.AgentNotInGroup, $"The agent '{agent}' is no member of the group '{group}'.") { Target = agent, Advice = "Get-HBAgentGroup lists the members." };

    // Suspended and pending machines were meant to be left alone. One that is merely off is a backup that is missing: it gets a run, which says so.
    private static HandyBackupException? RefusalOf(AgentIdentity member, TaskRecord task, GroupMembership membership)
    {
        if (member.Status != AgentStatus.Approved)
        {
            return AgentDirectory.Absent(member);
        }

        return task.SealedOptions is null || membership.VouchesFor(member) ? null
            : new HandyBackupException(ErrorCode.AgentNotVouchedFor, $"The agent '{member.Name}' is a member only because of what it says of its operating system, and the task has secrets.")
            {
                Target = member.Name,
                Advice = "List the agent in the group, or let the rule ask for tags, kind or name alone.",
            };
    }
}
