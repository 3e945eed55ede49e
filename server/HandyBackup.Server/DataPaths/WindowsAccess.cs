using System.Runtime.Versioning;
using System.Security.Principal;

namespace HandyBackup.Server.DataPaths;

/// <summary>Who may enter the data path and the pipe on Windows.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsAccess
{
    /// <summary>The server's own user, the administrators and the system.</summary>
    public static IEnumerable<SecurityIdentifier> TrustedUsers()
    {
        using var current = WindowsIdentity.GetCurrent();
        yield return current.User!;
        yield return new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, domainSid: null);
        yield return new SecurityIdentifier(WellKnownSidType.LocalSystemSid, domainSid: null);
    }
}
