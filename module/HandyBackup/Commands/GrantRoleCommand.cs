using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Gives a user a role.</summary>
[Cmdlet(VerbsSecurity.Grant, "HBRole", SupportsShouldProcess = true)]
[OutputType(typeof(HBUser))]
public sealed class GrantRoleCommand : GrantCmdlet
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
        if (Confirm(User, $"Grant {GrantText.Of(ChosenGrant)}"))
        {
            Emit(new HBUser(await session.Connection.Users.GrantAsync(new GrantRequest(User, ChosenGrant), cancellationToken), session));
        }
    }
}
