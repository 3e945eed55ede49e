using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Revokes an enrolment token: no further machine enrols with it. Agents that did stay.</summary>
[Cmdlet(VerbsCommon.Remove, "HBEnrollmentToken", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveEnrollmentTokenCommand : SessionCmdlet
{
    /// <summary>The token's id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("TokenId")]
    [ArgumentCompleter(typeof(EnrollmentTokenIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string TokenId { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(TokenId, "Revoke enrolment token, leave its agents"))
        {
            await session.Connection.EnrollmentTokens.RevokeAsync(new EnrollmentTokenReference(TokenId), cancellationToken);
        }
    }
}
