using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Which permissions a role has.</summary>
internal static class RolePermissions
{
    /// <summary>True if the role has the permission.</summary>
    public static bool Includes(this Role role, Permission permission) => permission is Permission.Anybody or Permission.OwnAccount || role switch
    {
        Role.Administrator => true,
        Role.Operator => permission is Permission.View or Permission.Browse or Permission.Operate or Permission.ManageTasks,
        Role.RestoreOperator => permission is Permission.View or Permission.Browse or Permission.Restore,
        Role.Auditor => permission is Permission.View or Permission.ReadAuditLog,
        _ => false,
    };

    /// <summary>True if using the permission changes something, or brings data out of a repository: every such use is written down.</summary>
    public static bool IsAudited(this Permission permission) =>
        permission is not (Permission.Anybody or Permission.View or Permission.Browse or Permission.ReadAuditLog);
}
