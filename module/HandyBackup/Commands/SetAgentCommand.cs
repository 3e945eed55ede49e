using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Changes what the server keeps of an agent: its tags.</summary>
[Cmdlet(VerbsCommon.Set, "HBAgent", SupportsShouldProcess = true)]
[OutputType(typeof(HBAgent))]
public sealed class SetAgentCommand : SessionCmdlet
{
    /// <summary>The agent, by its name or id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Agent")]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>All tags, in place of those that it has.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? Tag { get; set; }

    /// <summary>Tags to add.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[] AddTag { get; set; } = [];

    /// <summary>Tags to take away.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[] RemoveTag { get; set; } = [];

    /// <summary>Return the changed agent.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Name, "Change tags of agent"))
        {
            var request = new UpdateAgentRequest { Agent = Name, Tags = Tag, AddTags = AddTag, RemoveTags = RemoveTag };
            AgentInfo agent = await session.Connection.Agents.UpdateAsync(request, cancellationToken);
            if (PassThru)
            {
                Emit(new HBAgent(agent, session));
            }
        }
    }
}
