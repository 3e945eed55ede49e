using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Tasks;

namespace HandyBackup.Module.Commands;

/// <summary>Removes an agent for good and cuts it off. Its runs and snapshots stay.</summary>
[Cmdlet(VerbsCommon.Remove, "HBAgent", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveAgentCommand : SessionCmdlet
{
    /// <summary>The agent, by its name or id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Agent")]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Remove the tasks that use it as well.</summary>
    [Parameter]
    public SwitchParameter RemoveTasks { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        AgentInfo agent = await FindAsync(session, cancellationToken);
        string action = "Remove agent";
        if (RemoveTasks)
        {
            action += await TaskNames.AndTasksAsync(session, new TaskQuery { Agent = agent.Description.Name }, cancellationToken);
        }

        if (Confirm(Describe(agent), action + ", leave runs and snapshots"))
        {
            // By its id: what was confirmed is removed, whoever has the name by now.
            await session.Connection.Agents.RemoveAsync(new RemoveAgentRequest { Agent = agent.Id.ToString(), RemoveTasks = RemoveTasks }, cancellationToken);
        }
    }

    private static string Describe(AgentInfo agent)
    {
        string seen = agent.IsOnline ? "online" : agent.LastSeen is { } time ? $"last seen {time.ToLocalTime():yyyy-MM-dd HH:mm}" : "never seen";
        return $"{agent.Description.Name} ({agent.Kind}, {agent.Status}, {seen})";
    }

    private async Task<AgentInfo> FindAsync(HBSession session, CancellationToken cancellationToken)
    {
        bool isId = Guid.TryParse(Name, out Guid id);
        await foreach (AgentInfo agent in session.Connection.Agents.ListAsync(new AgentQuery { Name = isId ? null : Name }, cancellationToken))
        {
            if (isId ? agent.Id == id : string.Equals(agent.Description.Name, Name, StringComparison.OrdinalIgnoreCase))
            {
                return agent;
            }
        }

        throw NotFound.Agent(Name);
    }
}
