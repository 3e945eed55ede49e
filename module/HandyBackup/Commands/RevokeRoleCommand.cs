using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Takes a role back from a user.</summary>
[Cmdlet(VerbsSecurity.Revoke, "HBRole", SupportsShouldProcess = true)]
[OutputType(typeof(HBUser))]
public sealed class RevokeRoleCommand : GrantCmdlet
{
    /// <summary>The user.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("User")]
    [ArgumentCompleter(typeof(UserNameCompleter))]
    public string User { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(User, $"Revoke {GrantText.Of(ChosenGrant)}"))
        {
            Emit(new HBUser(await session.Connection.Users.RevokeAsync(new GrantRequest(User, ChosenGrant), cancellationToken), session));
        }
    }
}
