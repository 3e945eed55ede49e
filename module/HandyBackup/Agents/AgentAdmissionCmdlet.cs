using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module;

/// <summary>A cmdlet that changes whether the server works with an agent.</summary>
public abstract class AgentAdmissionCmdlet : SessionCmdlet
{
    /// <summary>The agent, by its name or id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Agent")]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Return the changed agent.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, as the question says it.</summary>
    private protected abstract string Action { get; }

    /// <summary>Has the server do it.</summary>
    private protected abstract Task<AgentInfo> ChangeAsync(IAgents agents, AgentReference agent, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Name, Action))
        {
            AgentInfo agent = await ChangeAsync(session.Connection.Agents, new AgentReference(Name), cancellationToken);
            if (PassThru)
            {
                Emit(new HBAgent(agent, session));
            }
        }
    }
}
