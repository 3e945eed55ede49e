using System.Runtime.Versioning;
using System.Security.Principal;

namespace HandyBackup.Server.DataPaths;

/// <summary>Who may enter the data path and the pipe on Windows.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsAccess
{
    /// <summary>
    /// To whom what the server makes belongs, so that panels trust it: the administrators if the server acts as one of them, else its own user. What belongs to whom
    /// when nobody says so is a policy of the machine.
    /// </summary>
    public static SecurityIdentifier Owner()
    {
        using var current = WindowsIdentity.GetCurrent();
        return new WindowsPrincipal(current).IsInRole(WindowsBuiltInRole.Administrator)
            ? new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, domainSid: null)
            : current.User!;
    }

    /// <summary>The server's own user, the administrators and the system.</summary>
    public static IEnumerable<SecurityIdentifier> TrustedUsers()
    {
        using var current = WindowsIdentity.GetCurrent();
        yield return current.User!;
        yield return new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, domainSid: null);
        yield return new SecurityIdentifier(WellKnownSidType.LocalSystemSid, domainSid: null);
    }
}
