using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Sessions;

/// <summary>
/// The session that cmdlets use when none is named. Each runspace has its own: scripts that run side by side in one process must not
/// take each other's. Must be used on the runspace's own pipeline thread.
/// </summary>
internal static class DefaultSession
{
    private static readonly ConditionalWeakTable<Runspace, Holder> s_sessions = new();

    /// <summary>The session of the current runspace; null if it has none.</summary>
    public static HBSession? Current
    {
        get => Runspace.DefaultRunspace is { } runspace && s_sessions.TryGetValue(runspace, out Holder? holder) ? holder.Session : null;
        set
        {
            if (Runspace.DefaultRunspace is { } runspace)
            {
                s_sessions.GetOrCreateValue(runspace).Session = value;
            }
        }
    }

    /// <summary>The session that a cmdlet works with.</summary>
    /// <param name="given">The one that the user names; null for the runspace's.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotConnected"/>.</exception>
    public static HBSession Require(HBSession? given) => given ?? Current ?? throw new HandyBackupException(ErrorCode.NotConnected, "There is no session with a server.")
    {
        Advice = "Connect with Connect-HBServer, or hand a session over with -Session.",
    };

    private sealed class Holder
    {
        public HBSession? Session { get; set; }
    }
}
