using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Lists what waits for a second administrator.</summary>
[Cmdlet(VerbsCommon.Get, "HBRemoval")]
[OutputType(typeof(HBRemoval))]
public sealed class GetRemovalCommand : SessionCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        await foreach (RemovalRequest request in session.Connection.RemovalRequests.ListAsync(cancellationToken))
        {
            Emit(new HBRemoval(request, session));
        }
    }
}
