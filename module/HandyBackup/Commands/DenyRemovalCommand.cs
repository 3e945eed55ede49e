using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Denies what another administrator wants to remove.</summary>
[Cmdlet(VerbsLifecycle.Deny, "HBRemoval", SupportsShouldProcess = true)]
public sealed class DenyRemovalCommand : SessionCmdlet
{
    /// <summary>The request.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Id")]
    public Guid Id { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Id.ToString(), "Deny"))
        {
            await session.Connection.RemovalRequests.DenyAsync(new RemovalRequestReference(Id), cancellationToken);
        }
    }
}
