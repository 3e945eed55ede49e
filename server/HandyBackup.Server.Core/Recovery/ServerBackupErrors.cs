using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What can be wrong with a file that should be a server's backup.</summary>
internal static class ServerBackupErrors
{
    /// <summary>It is something else.</summary>
    public static HandyBackupException NotABackup(string file) => new(ErrorCode.NotAServerBackup, $"'{file}' is no backup of a server.")
    {
        Target = file,
        Advice = "Name a file that Backup-HBServer has written.",
    };

    /// <summary>It has a version of a later time.</summary>
    public static HandyBackupException Newer(string file, uint version) =>
        new(ErrorCode.ServerBackupNewer, $"The server's backup '{file}' has format version {version}, and this program knows version {ServerBackupHeader.Version}.")
        {
            Target = file,
            Advice = "Use the version of Handy Backup that wrote it, or a later one.",
        };

    /// <summary>The password is not the one that it was made with.</summary>
    public static HandyBackupException WrongPassword(string file) => new(ErrorCode.WrongPassword, $"The server's backup '{file}' does not open with this password.")
    {
        Target = file,
        Advice = "Give the password that Backup-HBServer was given for this file.",
    };

    /// <summary>It is not as it was written.</summary>
    public static HandyBackupException Damaged(string file, string reason, Exception? cause = null) =>
        new(ErrorCode.ServerBackupDamaged, $"The server's backup '{file}' is damaged: {reason}.", cause)
        {
            Target = file,
            Advice = "Fetch the file again from where it is kept, or use an older one. Nothing was restored.",
        };
}
