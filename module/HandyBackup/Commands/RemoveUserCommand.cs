using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Removes a user.</summary>
[Cmdlet(VerbsCommon.Remove, "HBUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveUserCommand : SessionCmdlet
{
    /// <summary>The user.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("User")]
    [ArgumentCompleter(typeof(UserNameCompleter))]
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Name, "Remove user, end its connections"))
        {
            await session.Connection.Users.RemoveAsync(new UserReference(Name), cancellationToken);
        }
    }
}
