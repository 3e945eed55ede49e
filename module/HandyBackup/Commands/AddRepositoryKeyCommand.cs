using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Adds a key, so that a further password opens a repository.</summary>
[Cmdlet(VerbsCommon.Add, "HBRepositoryKey", SupportsShouldProcess = true)]
[OutputType(typeof(HBRepositoryKey))]
public sealed class AddRepositoryKeyCommand : PasswordCmdlet
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
        if (Confirm(Repository, "Add key"))
        {
            var request = new AddRepositoryKeyRequest(Repository, ReadPassword($"Further password for the repository '{Repository}'", isNew: true));
            Emit(new HBRepositoryKey(await session.Connection.Repositories.AddKeyAsync(request, cancellationToken), session));
        }
    }
}
