using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Passwords;

namespace HandyBackup.Module.Commands;

/// <summary>Makes the login with your own password need a one-time code, too.</summary>
[Cmdlet(VerbsLifecycle.Enable, "HBTotp", SupportsShouldProcess = true)]
public sealed class EnableTotpCommand : SessionCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm("own account", "Require one-time codes"))
        {
            return;
        }

        OneTimeCodeSecret secret = await session.Connection.Login.PrepareOneTimeCodeAsync(cancellationToken);
        Tell($"Type this secret into your authenticator: {secret.Secret.Value}");
        Tell($"Or show it as a QR code: {secret.Uri.Value}");
        Secret code = OutsidePump(() => PasswordPrompt.Read(Host, "The code that it shows now", isNew: false));
        await session.Connection.Login.ConfirmOneTimeCodeAsync(new OneTimeCode(code), cancellationToken);
    }
}
