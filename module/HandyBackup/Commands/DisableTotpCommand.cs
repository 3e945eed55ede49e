using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Passwords;

namespace HandyBackup.Module.Commands;

/// <summary>Lets you log in with your own password alone again.</summary>
[Cmdlet(VerbsLifecycle.Disable, "HBTotp", SupportsShouldProcess = true)]
public sealed class DisableTotpCommand : SessionCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm("own account", "End one-time codes"))
        {
            Secret code = OutsidePump(() => PasswordPrompt.Read(Host, "The code that your authenticator shows now", isNew: false));
            await session.Connection.Login.RemoveOneTimeCodeAsync(new OneTimeCode(code), cancellationToken);
        }
    }
}
