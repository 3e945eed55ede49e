using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What people write about an account.</summary>
internal static class AccountDescription
{
    private const int MaximumLength = 1000;

    /// <summary>Refuses a text that is too long.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public static void Check(string description)
    {
        if (description.Length > MaximumLength)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The description has {description.Length} characters.") { Advice = $"Use {MaximumLength} at most." };
        }
    }
}
