using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The answer to whoever may not do something.</summary>
internal static class AccessRefusal
{
    /// <summary>The refusal of a call.</summary>
    /// <param name="caller">Who called.</param>
    /// <param name="what">The method, or the thing.</param>
    public static HandyBackupException Of(Caller caller, string what) => new(ErrorCode.AccessRefused, $"'{caller.Name}' has no permission for {what}.")
    {
        Target = what,
        Advice = "Ask an administrator of the server for a role that may do this: Grant-HBRole.",
    };
}
