using System.Management.Automation;

namespace HandyBackup.Module.Commands;

/// <summary>Shows whether a second administrator must approve what removes data.</summary>
[Cmdlet(VerbsCommon.Get, "HBRemovalPolicy")]
[OutputType(typeof(HBRemovalPolicy))]
public sealed class GetRemovalPolicyCommand : SessionCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        Emit(new HBRemovalPolicy(await session.Connection.RemovalRequests.GetPolicyAsync(cancellationToken), session));
    }
}
