using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists tasks.</summary>
[Cmdlet(VerbsCommon.Get, "HBTask")]
[OutputType(typeof(HBTask))]
public sealed class GetTaskCommand : SessionCmdlet
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Task")]
    [ObjectProperty("Task")]
    [ArgumentCompleter(typeof(TaskNameCompleter))]
    [SupportsWildcards]
    public string?[]? Name { get; set; }

    /// <summary>Only tasks of this repository.</summary>
    [Parameter]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string? Repository { get; set; }

    /// <summary>Only tasks of this group.</summary>
    [Parameter]
    [ObjectProperty("Group")]
    [ArgumentCompleter(typeof(AgentGroupNameCompleter))]
    public string? Group { get; set; }

    /// <summary>Only tasks of this agent.</summary>
    [Parameter]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    public string? Agent { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        foreach (string? name in NameFilter.OrAll(Name))
        {
            bool found = false;
            var query = new TaskQuery { Name = name, Repository = Repository, Agent = Agent, Group = Group };
            await foreach (TaskInfo info in session.Connection.Tasks.ListAsync(query, cancellationToken))
            {
                found = true;
                Emit(new HBTask(info, session));
            }

            if (!found && NameFilter.IsExact(name))
            {
                Report(NotFound.Task(name));
            }
        }
    }
}
