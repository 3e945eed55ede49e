using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Passwords;

/// <summary>Asks the user for a password.</summary>
internal static class PasswordPrompt
{
    /// <summary>Asks once, or twice where a typing error would lock the user out.</summary>
    /// <param name="host">The host that asks. Must be called outside the pump.</param>
    /// <param name="question">What the password is for.</param>
    /// <param name="isNew">True to ask twice.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>: the host cannot ask, or the answers are empty or differ.</exception>
    public static Secret Read(PSHost host, string question, bool isNew)
    {
        string first = ReadOnce(host, question);
        if (first.Length == 0)
        {
            throw Invalid("An empty password is not accepted.");
        }

        return isNew && ReadOnce(host, "Again, to be sure") != first
            ? throw Invalid("The two passwords differ.")
            : new Secret { Value = first };
    }

    private static string ReadOnce(PSHost host, string question)
    {
        try
        {
            host.UI.Write(question + ": ");
            using SecureString? answer = host.UI.ReadLineAsSecureString();
            return answer is null ? throw Invalid("No password was given.") : SecretText.Reveal(answer);
        }
        catch (Exception exception) when (exception is HostException or NotImplementedException or NotSupportedException or PSInvalidOperationException)
        {
            // What hosts throw that cannot ask: the default host, one started with -NonInteractive, a remote or a job's host.
            throw Invalid("A password is needed, and this host cannot ask for one.", exception);
        }
    }

    private static HandyBackupException Invalid(string message, Exception? innerException = null) =>
        new(ErrorCode.InvalidArgument, message, innerException)
        {
            Target = "Password",
            Advice = "Give the password with -Password or -PasswordFile.",
        };
}
