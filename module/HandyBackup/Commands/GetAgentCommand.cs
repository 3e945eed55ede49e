using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists the machines that a server backs up.</summary>
[Cmdlet(VerbsCommon.Get, "HBAgent")]
[OutputType(typeof(HBAgent))]
public sealed class GetAgentCommand : SessionCmdlet
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Agent")]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [SupportsWildcards]
    public string?[]? Name { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        foreach (string? name in NameFilter.OrAll(Name))
        {
            bool found = false;
            await foreach (AgentInfo info in session.Connection.Agents.ListAsync(new AgentQuery { Name = name }, cancellationToken))
            {
                found = true;
                Emit(new HBAgent(info, session));
            }

            if (!found && NameFilter.IsExact(name))
            {
                Report(NotFound.Agent(name));
            }
        }
    }
}
