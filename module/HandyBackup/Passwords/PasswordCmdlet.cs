using System.Management.Automation;
using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Passwords;

namespace HandyBackup.Module;

/// <summary>A cmdlet that needs a password.</summary>
public abstract class PasswordCmdlet : SessionCmdlet
{
    /// <summary>The password. Asked for when neither this nor -PasswordFile is given.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>A file whose first line is the password.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PasswordFile { get; set; }

    /// <summary>The password, from wherever the user gives it.</summary>
    /// <param name="question">What to ask when no parameter holds it.</param>
    /// <param name="isNew">True for a password that nobody can check: it is asked for twice.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> or <see cref="ErrorCode.AccessDenied"/>.</exception>
    private protected Secret ReadPassword(string question, bool isNew) => PasswordSource.Read(this, Password, PasswordFile, question, isNew);
}
