using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists repositories.</summary>
[Cmdlet(VerbsCommon.Get, "HBRepository")]
[OutputType(typeof(HBRepository))]
public sealed class GetRepositoryCommand : SessionCmdlet
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Repository")]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    [SupportsWildcards]
    public string?[]? Name { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        foreach (string? name in NameFilter.OrAll(Name))
        {
            bool found = false;
            await foreach (RepositoryInfo info in session.Connection.Repositories.ListAsync(new RepositoryQuery { Name = name }, cancellationToken))
            {
                found = true;
                Emit(new HBRepository(info, session));
            }

            if (!found && NameFilter.IsExact(name))
            {
                Report(NotFound.Repository(name));
            }
        }
    }
}
