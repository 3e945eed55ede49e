using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What a user's password must be like. Length counts; rules about kinds of characters make people write passwords down.</summary>
internal static class PasswordRule
{
    private const int MinimumLength = 12;
    private const int MaximumLength = 1024;
    private const int MinimumDifferent = 5;

    /// <summary>Refuses a password that is easily guessed.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.PasswordTooWeak"/>; its text holds nothing of the password.</exception>
    public static void Check(string? password, string user)
    {
        string? fault = password is null || password.Length < MinimumLength ? $"it has fewer than {MinimumLength} characters"
            : password.Length > MaximumLength ? $"it has more than {MaximumLength} characters"
            : password.Distinct().Count() < MinimumDifferent ? $"it has fewer than {MinimumDifferent} different characters"
            : user.Length >= MinimumDifferent && password.Contains(user, StringComparison.OrdinalIgnoreCase) ? "it has the user's name in it"
            : null;
        if (fault is not null)
        {
            throw new HandyBackupException(ErrorCode.PasswordTooWeak, $"The password cannot be used: {fault}.")
            {
                Target = user,
                Advice = "Use several words, or let a password safe make one.",
            };
        }
    }
}
