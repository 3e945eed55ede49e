using System.Management.Automation;
using System.Management.Automation.Host;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Passwords;

/// <summary>Asks the user for a name and a password.</summary>
internal static class CredentialPrompt
{
    /// <summary>Asks once.</summary>
    /// <param name="host">The host that asks. Must be called outside the pump.</param>
    /// <param name="server">The server that they are for.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>: the host cannot ask, or nothing was answered.</exception>
    public static PSCredential Read(PSHost host, string server)
    {
        try
        {
            return host.UI.PromptForCredential("Log in", $"User of the Handy Backup server at {server}", "", "") ?? throw Invalid("No user was given.", null);
        }
        catch (Exception exception) when (exception is HostException or NotImplementedException or NotSupportedException or PSInvalidOperationException)
        {
            // What hosts throw that cannot ask: the default host, one started with -NonInteractive, a remote or a job's host.
            throw Invalid("A user and a password are needed, and this host cannot ask for them.", exception);
        }
    }

    private static HandyBackupException Invalid(string message, Exception? innerException) =>
        new(ErrorCode.InvalidArgument, message, innerException)
        {
            Target = "Credential",
            Advice = "Give -Credential, -Token, -TokenFile or -Certificate.",
        };
}
