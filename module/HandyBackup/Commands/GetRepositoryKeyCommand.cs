using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists the keys that open a repository.</summary>
[Cmdlet(VerbsCommon.Get, "HBRepositoryKey")]
[OutputType(typeof(HBRepositoryKey))]
public sealed class GetRepositoryKeyCommand : SessionCmdlet
{
    /// <summary>The repository.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string Repository { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        await foreach (RepositoryKey key in session.Connection.Repositories.ListKeysAsync(new RepositoryReference(Repository), cancellationToken))
        {
            Emit(new HBRepositoryKey(key, session));
        }
    }
}
