using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The agents that the server knows, and the way to those that are connected. Safe to share between threads.</summary>
internal sealed class AgentDirectory(ICatalog catalog, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, ConnectedAgent> _connected = [];
    private readonly Dictionary<string, ConnectedAgent> _byName = [];
    private readonly Dictionary<Guid, List<AgentArrival>> _arrivals = [];
    private readonly Dictionary<Guid, TaskCompletionSource> _changes = [];
    private ConnectedAgent? _embedded;

    /// <summary>How many agents are connected.</summary>
    public int Connected
    {
        get
        {
            lock (_gate)
            {
                return _connected.Count;
            }
        }
    }

    /// <summary>Takes in the agent inside the server's process.</summary>
    public async Task RegisterEmbeddedAsync(IAgent agent, CancellationToken cancellationToken)
    {
        AgentDescription description = await agent.DescribeAsync(cancellationToken);
        // Where the machine was given a name that another agent has, its tasks must not come here.
        AgentIdentity identity = (await catalog.AgentIdentities.SaveEmbeddedAsync(description.Name, time.GetUtcNow(), cancellationToken)).Identity;
        _embedded = await DescribeAsync(identity, description, agent, new TaskCompletionSource().Task, cancellationToken);
        Add(_embedded);
    }

    /// <summary>Notes that somebody shows the certificate of an agent. To be called before the agent is admitted, so that no suspension in between is missed.</summary>
    public AgentArrival Enter(Guid id)
    {
        var arrival = new AgentArrival(this, id);
        lock (_gate)
        {
            if (!_arrivals.TryGetValue(id, out List<AgentArrival>? arrivals))
            {
                _arrivals[id] = arrivals = [];
            }

            arrivals.Add(arrival);
        }

        return arrival;
    }

    /// <summary>Takes in an agent that was admitted: orders reach it from now on. An older connection of the agent is ended.</summary>
    /// <param name="arrival">Its connection.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="description">What it says of itself; its name is the server's to give.</param>
    /// <param name="agent">Where orders go.</param>
    /// <param name="ended">Ends when the connection has; never fails.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task ConnectAsync(AgentArrival arrival, AgentIdentity identity, AgentDescription description, IAgent agent, Task ended, CancellationToken cancellationToken)
    {
        ConnectedAgent connected = await DescribeAsync(identity, description, agent, ended, cancellationToken);
        lock (_gate)
        {
            // A line that broke may look sound here for half a minute: the agent knows better which of its connections it uses.
            foreach (AgentArrival older in _arrivals[identity.Id].Where(other => other.Agent is not null))
            {
                older.Cut();
            }

            arrival.Agent = connected;

            // Who was cut off in this very moment is here no more.
            if (!arrival.CutOff.IsCancellationRequested)
            {
                Add(connected);
            }
        }
    }

    /// <summary>Ends all connections of an agent that was suspended or removed, or whose place another machine took. Returns at once; the agent counts as gone from then on.</summary>
    public void CutOff(Guid id)
    {
        lock (_gate)
        {
            _arrivals.GetValueOrDefault(id)?.ForEach(arrival => arrival.Cut());
            if (_connected.Remove(id, out ConnectedAgent? connected))
            {
                _byName.Remove(NameKey.Of(connected.Description.Name));
            }

            SignalChange(id);
        }
    }

    /// <summary>Finds a connected agent.</summary>
    /// <param name="name">The name; null or empty for the server's own agent.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, <see cref="ErrorCode.AgentOffline"/>, <see cref="ErrorCode.AgentNotApproved"/> or
    /// <see cref="ErrorCode.AgentSuspended"/>.</exception>
    public async Task<ConnectedAgent> FindAsync(string? name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(name))
        {
            return _embedded ?? throw new HandyBackupException(ErrorCode.AgentNotFound, "This server has no agent of its own.") { Advice = "Name an agent." };
        }

        lock (_gate)
        {
            if (_byName.TryGetValue(NameKey.Of(name), out ConnectedAgent? connected))
            {
                return connected;
            }
        }

        throw Absent(await FindIdentityAsync(name, cancellationToken));
    }

    /// <summary>Finds a connected agent by its id.</summary>
    /// <exception cref="HandyBackupException">As <see cref="FindAsync"/>.</exception>
    public async Task<ConnectedAgent> FindByIdAsync(AgentIdentity agent, CancellationToken cancellationToken) =>
        FindConnected(agent.Id) ?? throw ((await catalog.AgentIdentities.FindAsync(agent.Id, cancellationToken))?.Identity is { } now ? Absent(now) : NotFound(agent.Name));

    /// <summary>The agent of an id if it is connected, or null.</summary>
    public ConnectedAgent? FindConnected(Guid id)
    {
        lock (_gate)
        {
            return _connected.GetValueOrDefault(id);
        }
    }

    /// <summary>Waits until an agent whose connection was lost is connected again.</summary>
    /// <param name="lost">The agent with its old connection.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentOffline"/> when the time is over; at once, when it was suspended or removed meanwhile,
    /// <see cref="ErrorCode.AgentSuspended"/> or <see cref="ErrorCode.AgentNotFound"/>.</exception>
    public async Task<ConnectedAgent> WaitForReturnAsync(ConnectedAgent lost, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_connected.TryGetValue(lost.Id, out ConnectedAgent? found) && !ReferenceEquals(found, lost))
                {
                    return found;
                }

                changed = NextChange(lost.Id);
            }

            AgentIdentity? identity = (await catalog.AgentIdentities.FindAsync(lost.Id, cancellationToken))?.Identity;
            if (identity is not { Status: AgentStatus.Approved } || timeout.IsCancellationRequested)
            {
                throw identity is null ? NotFound(lost.Description.Name) : Absent(identity);
            }

            await changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The name of the agent of an id; null if there is none.</summary>
    public async Task<string?> FindNameAsync(Guid id, CancellationToken cancellationToken) => (await catalog.AgentIdentities.FindAsync(id, cancellationToken))?.Identity.Name;

    /// <summary>The agent of an id or, if there is none, of a name, connected or not.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>.</exception>
    public async Task<AgentIdentity> FindIdentityAsync(string agent, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(agent, out Guid id) && await catalog.AgentIdentities.FindAsync(id, cancellationToken) is { } known)
        {
            return known.Identity;
        }

        string key = NameKey.Of(agent);
        return await catalog.AgentIdentities.ListAsync(cancellationToken)
            .Select(record => record.Identity)
            .FirstOrDefaultAsync(identity => NameKey.Of(identity.Name) == key, cancellationToken)
            ?? throw NotFound(agent);
    }

    /// <summary>What is said of an agent that nobody knows.</summary>
    public static HandyBackupException NotFound(string name) => new(ErrorCode.AgentNotFound, $"No agent named '{name}' is known.") { Target = name };

    /// <summary>Lists all agents by name.</summary>
    public async IAsyncEnumerable<AgentInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<string, AgentDescription> descriptions = await catalog.Agents.ListAsync(cancellationToken)
            .ToDictionaryAsync(record => NameKey.Of(record.Description.Name), record => record.Description, cancellationToken: cancellationToken);
        List<GroupMembership> groups = await catalog.AgentGroups.ListAsync(cancellationToken).Select(group => new GroupMembership(group)).ToListAsync(cancellationToken);
        await foreach (AgentIdentityRecord record in catalog.AgentIdentities.ListAsync(cancellationToken))
        {
            AgentIdentity identity = record.Identity;
            AgentDescription? description = descriptions.GetValueOrDefault(NameKey.Of(identity.Name));
            bool isOnline;
            lock (_gate)
            {
                isOnline = _connected.ContainsKey(identity.Id);
            }

            yield return new AgentInfo
            {
                Id = identity.Id,
                Description = description ?? Unknown(identity.Name),
                Kind = identity.Kind,
                Status = identity.Status,
                Groups = [.. groups.Where(group => group.Includes(identity, description?.OperatingSystem)).Select(group => group.Group.Name)],
                Tags = identity.Tags,
                IsOnline = isOnline,
                IsEmbedded = identity.IsEmbedded,
                Enrolled = identity.Enrolled,
                LastSeen = isOnline ? time.GetUtcNow() : identity.LastSeen,
                LastAddress = identity.LastAddress,
            };
        }
    }

    /// <summary>Forgets a connection that has ended.</summary>
    internal void Leave(AgentArrival arrival)
    {
        lock (_gate)
        {
            List<AgentArrival> arrivals = _arrivals[arrival.Id];
            arrivals.Remove(arrival);
            if (arrivals.Count == 0)
            {
                _arrivals.Remove(arrival.Id);
            }

            // A newer connection has taken its place already, or there is none.
            if (arrival.Agent is { } agent && ReferenceEquals(_connected.GetValueOrDefault(agent.Id), agent))
            {
                _connected.Remove(agent.Id);
                _byName.Remove(NameKey.Of(agent.Description.Name));
            }
        }
    }

    private static AgentDescription Unknown(string name) => new() { Name = name, HostName = "", OperatingSystem = "", UserName = "", Version = "", Sources = [] };

    /// <summary>Why an agent that is not connected cannot be given orders.</summary>
    public static HandyBackupException Absent(AgentIdentity agent) => agent.Status switch
    {
        AgentStatus.Pending => new HandyBackupException(ErrorCode.AgentNotApproved, $"The agent '{agent.Name}' waits to be approved.") { Target = agent.Name, Advice = "Approve it." },
        AgentStatus.Suspended => new HandyBackupException(ErrorCode.AgentSuspended, $"The agent '{agent.Name}' is suspended.") { Target = agent.Name, Advice = "Resume it." },
        _ => new HandyBackupException(ErrorCode.AgentOffline, $"The agent '{agent.Name}' is not connected.")
        {
            Target = agent.Name,
            Advice = "See that its machine is on and can reach the server.",
            IsTransient = true,
        },
    };

    private async Task<ConnectedAgent> DescribeAsync(AgentIdentity identity, AgentDescription description, IAgent agent, Task ended, CancellationToken cancellationToken)
    {
        description = description with { Name = identity.Name };
        await catalog.Agents.SaveAsync(new AgentRecord(description, identity.IsEmbedded, time.GetUtcNow()), cancellationToken);
        return new ConnectedAgent { Id = identity.Id, Kind = identity.Kind, Description = description, Agent = agent, IsEmbedded = identity.IsEmbedded, Ended = ended };
    }

    private void Add(ConnectedAgent agent)
    {
        lock (_gate)
        {
            _connected[agent.Id] = agent;
            _byName[NameKey.Of(agent.Description.Name)] = agent;
            SignalChange(agent.Id);
        }
    }

    private Task NextChange(Guid id)
    {
        if (!_changes.TryGetValue(id, out TaskCompletionSource? change))
        {
            _changes[id] = change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return change.Task;
    }

    private void SignalChange(Guid id)
    {
        if (_changes.Remove(id, out TaskCompletionSource? change))
        {
            change.SetResult();
        }
    }
}
