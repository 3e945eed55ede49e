using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Removes a key: its password opens the repository no more.</summary>
[Cmdlet(VerbsCommon.Remove, "HBRepositoryKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveRepositoryKeyCommand : SessionCmdlet
{
    /// <summary>The repository.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string Repository { get; set; } = "";

    /// <summary>The key's id, or an unambiguous beginning of it.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("KeyId")]
    [ValidateNotNullOrEmpty]
    public string KeyId { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm($"{KeyId} of {Repository}", "Remove key"))
        {
            await session.Connection.Repositories.RemoveKeyAsync(new RemoveRepositoryKeyRequest(Repository, KeyId), cancellationToken);
        }
    }
}
