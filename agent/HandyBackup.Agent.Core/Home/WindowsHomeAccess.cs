using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace HandyBackup.Agent.Core.Home;

/// <summary>Closes the data folder on Windows to everybody but the system and the administrators.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsHomeAccess
{
    /// <exception cref="Contracts.HandyBackupException">The folder was made by somebody who is not trusted.</exception>
    public static void Prepare(AgentHome home)
    {
        var system = new SecurityIdentifier(WellKnownSidType.LocalSystemSid, domainSid: null);
        var administrators = new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, domainSid: null);
        var folder = new DirectoryInfo(home.Path);
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (SecurityIdentifier trusted in (SecurityIdentifier[])[system, administrators])
        {
            security.AddAccessRule(new FileSystemAccessRule(
                trusted,
                FileSystemRights.FullControl,
                InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
                PropagationFlags.None,
                AccessControlType.Allow));
        }

        if (!folder.Exists)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(home.Path)!);
            folder.Create(security);
            return;
        }

        // Any user may make folders in ProgramData, and who made one keeps the right to change its access list.
        IdentityReference? owner = folder.GetAccessControl(AccessControlSections.Owner).GetOwner(typeof(SecurityIdentifier));
        if (owner is null || !(owner.Equals(system) || owner.Equals(administrators)))
        {
            throw home.Unusable($"it belongs to {owner}, who is neither the system nor the administrators.", cause: null);
        }

        folder.SetAccessControl(security);
    }
}
