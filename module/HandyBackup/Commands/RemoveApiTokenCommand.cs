using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Removes an API token.</summary>
[Cmdlet(VerbsCommon.Remove, "HBApiToken", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveApiTokenCommand : SessionCmdlet
{
    /// <summary>The token.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Name")]
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Name, "Remove API token, end its connections"))
        {
            await session.Connection.ApiTokens.RemoveAsync(new ApiTokenReference(Name), cancellationToken);
        }
    }
}
