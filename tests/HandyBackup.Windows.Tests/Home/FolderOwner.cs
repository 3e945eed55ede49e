using System.Security.AccessControl;
using System.Security.Principal;

namespace HandyBackup.Windows.Tests.Home;

/// <summary>Changes whom a folder belongs to.</summary>
internal static class FolderOwner
{
    /// <summary>Gives a folder to the user that the tests run as.</summary>
    public static void GiveToCurrentUser(this DirectoryInfo folder)
    {
        using var user = WindowsIdentity.GetCurrent();
        DirectorySecurity security = folder.GetAccessControl(AccessControlSections.Owner);
        security.SetOwner(user.User!);
        folder.SetAccessControl(security);
    }
}
