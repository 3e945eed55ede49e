using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Wire;

/// <summary>What whoever was waiting for an answer is told when the connection breaks.</summary>
internal static class LostConnection
{
    /// <summary>The exception: <see cref="ErrorCode.ConnectionLost"/>, transient.</summary>
    public static HandyBackupException To(Party peer, Exception? cause = null) => new(ErrorCode.ConnectionLost, $"The connection to the {peer.Name} was lost.", cause)
    {
        Advice = peer.LostAdvice,
        IsTransient = true,
    };
}
