using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Sets whether a second administrator must approve what removes data.</summary>
[Cmdlet(VerbsCommon.Set, "HBRemovalPolicy", SupportsShouldProcess = true)]
public sealed class SetRemovalPolicyCommand : SessionCmdlet
{
    /// <summary>True if one must.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public bool NeedsApproval { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm("server", NeedsApproval ? "Require approval of removals" : "End approval of removals"))
        {
            await session.Connection.RemovalRequests.SetPolicyAsync(new RemovalPolicy(NeedsApproval), cancellationToken);
        }
    }
}
