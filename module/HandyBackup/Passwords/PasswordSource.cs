using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Execution;

namespace HandyBackup.Module.Passwords;

/// <summary>Reads the password of a cmdlet that takes it by parameters of the same names everywhere.</summary>
internal static class PasswordSource
{
    /// <summary>The password, from wherever the user gives it.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="password">Its parameter -Password.</param>
    /// <param name="file">Its parameter -PasswordFile.</param>
    /// <param name="question">What to ask when neither is given.</param>
    /// <param name="isNew">True for a password that nobody can check: it is asked for twice.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> or <see cref="ErrorCode.AccessDenied"/>.</exception>
    public static Secret Read(AsyncPSCmdlet cmdlet, SecureString? password, string? file, string question, bool isNew)
    {
        if (password is not null && file is not null)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "Both -Password and -PasswordFile are given.")
            {
                Target = "Password",
                Advice = "Give one of them.",
            };
        }

        if (password is { Length: 0 })
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "An empty password is not accepted.") { Target = "Password" };
        }

        return password is not null ? SecretText.ToSecret(password)
            : file is not null ? PasswordFile.Read(cmdlet.ResolvePath(file))
            : AsyncPSCmdlet.OutsidePump(() => PasswordPrompt.Read(cmdlet.Host, question, isNew));
    }
}
