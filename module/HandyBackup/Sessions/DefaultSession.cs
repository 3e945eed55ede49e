using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

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

    private sealed class Holder
    {
        public HBSession? Session { get; set; }
    }
}
