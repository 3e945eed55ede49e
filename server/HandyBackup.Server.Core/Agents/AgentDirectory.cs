using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The agents that the server knows, and the way to those that are connected. Safe to share between threads.</summary>
internal sealed class AgentDirectory(ICatalog catalog, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConnectedAgent> _connected = new();
    private string? _embedded;

    /// <summary>How many agents are connected.</summary>
    public int Connected => _connected.Count;

    /// <summary>Takes in an agent that has connected.</summary>
    public async Task RegisterAsync(IAgent agent, bool isEmbedded, CancellationToken cancellationToken)
    {
        AgentDescription description = await agent.DescribeAsync(cancellationToken);
        await catalog.Agents.SaveAsync(new AgentRecord(description, isEmbedded, time.GetUtcNow()), cancellationToken);
        _connected[NameKey.Of(description.Name)] = new ConnectedAgent(description, agent, isEmbedded);
        if (isEmbedded)
        {
            _embedded = description.Name;
        }
    }

    /// <summary>Finds a connected agent.</summary>
    /// <param name="name">The name; null or empty for the server's own agent.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/> or <see cref="ErrorCode.AgentOffline"/>.</exception>
    public async Task<ConnectedAgent> FindAsync(string? name, CancellationToken cancellationToken)
    {
        string? wanted = string.IsNullOrEmpty(name) ? _embedded : name;
        if (wanted is null)
        {
            throw new HandyBackupException(ErrorCode.AgentNotFound, "This server has no agent of its own.") { Advice = "Name an agent." };
        }

        if (_connected.TryGetValue(NameKey.Of(wanted), out ConnectedAgent? connected))
        {
            return connected;
        }

        await foreach (AgentRecord record in catalog.Agents.ListAsync(cancellationToken))
        {
            if (NameKey.Of(record.Description.Name) == NameKey.Of(wanted))
            {
                throw new HandyBackupException(ErrorCode.AgentOffline, $"The agent '{record.Description.Name}' is not connected.")
                {
                    Target = record.Description.Name,
                    Advice = "See that its machine is on and can reach the server.",
                    IsTransient = true,
                };
            }
        }

        throw new HandyBackupException(ErrorCode.AgentNotFound, $"No agent named '{wanted}' is known.") { Target = wanted };
    }

    /// <summary>Lists all agents by name.</summary>
    public async IAsyncEnumerable<AgentInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (AgentRecord record in catalog.Agents.ListAsync(cancellationToken))
        {
            bool isOnline = _connected.ContainsKey(NameKey.Of(record.Description.Name));
            yield return new AgentInfo
            {
                Description = record.Description,
                IsOnline = isOnline,
                IsEmbedded = record.IsEmbedded,
                LastSeen = isOnline ? time.GetUtcNow() : record.LastSeen,
            };
        }
    }
}
