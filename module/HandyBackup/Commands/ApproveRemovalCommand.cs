using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Approves what another administrator wants to remove; the server does it at once.</summary>
[Cmdlet(VerbsLifecycle.Approve, "HBRemoval", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class ApproveRemovalCommand : SessionCmdlet
{
    /// <summary>The request.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Id")]
    public Guid Id { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Id.ToString(), "Approve and carry out"))
        {
            await session.Connection.RemovalRequests.ApproveAsync(new RemovalRequestReference(Id), cancellationToken);
        }
    }
}
