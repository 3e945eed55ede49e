using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>The errors that a whole file of a repository can have. Their target is the file's path in restic's layout.</summary>
internal static class FileErrors
{
    /// <summary>The file's path below the repository's folder, whatever the store.</summary>
    public static string PathOf(StoreFile file) => file.Kind switch
    {
        StoreFileKind.Config => "config",
        StoreFileKind.Key => $"keys/{file.Name}",
        StoreFileKind.Lock => $"locks/{file.Name}",
        StoreFileKind.Snapshot => $"snapshots/{file.Name}",
        StoreFileKind.Index => $"index/{file.Name}",
        StoreFileKind.RemovedSnapshot => $"handybackup/removed/{file.Name}",
        StoreFileKind.CondemnedPacks => $"handybackup/condemned/{file.Name}",
        StoreFileKind.Parity when file.Name[0] == 'p' => $"handybackup/parity/{file.Name.AsSpan(2, 2)}/{file.Name}",
        StoreFileKind.Parity => $"handybackup/parity/{file.Name}",
        _ => $"data/{file.Name[..2]}/{file.Name}",
    };

    /// <summary>A file is not what it should be.</summary>
    /// <param name="file">The file.</param>
    /// <param name="what">What is wrong, as the end of a sentence that begins with the file.</param>
    /// <param name="cause">The cause, if it was an exception.</param>
    public static HandyBackupException Damaged(StoreFile file, string what, Exception? cause = null)
    {
        (ErrorCode code, string advice) = file.Kind switch
        {
            StoreFileKind.Config => (ErrorCode.ConfigDamaged, "Copy the file 'config' from another copy of this repository; nothing can be read without it."),
            StoreFileKind.Key => (ErrorCode.KeyDamaged, "Use the password of another key, or copy the key file from another copy of this repository."),
            StoreFileKind.Snapshot => (ErrorCode.SnapshotDamaged, "Other snapshots are not affected. Copy the file from another copy of this repository, or remove it."),
            StoreFileKind.Lock => (ErrorCode.LockDamaged, "Remove the file once no program works with the repository: 'restic unlock --remove-all' does so."),
            StoreFileKind.Index => (ErrorCode.IndexDamaged, "Index files hold nothing that is not in the packs too: Repair-HBRepository makes them anew."),
            StoreFileKind.RemovedSnapshot => (ErrorCode.SnapshotDamaged, "This snapshot was removed and cannot be restored any more; others are not affected. Repair-HBRepository removes the file."),
            StoreFileKind.CondemnedPacks => (ErrorCode.CondemnedPacksDamaged, "Repair-HBRepository removes the file, and the next run of Optimize-HBRepository finds the unused packs again."),
            StoreFileKind.Parity => (ErrorCode.ParityDamaged, "Nothing is lost by that. Repair-HBRepository makes it anew."),
            _ => (ErrorCode.PackDamaged, "Run a check of the repository with reading of all data: it says which snapshots are affected."),
        };
        return new HandyBackupException(code, $"The file '{PathOf(file)}' of the repository {what}.", cause) { Target = PathOf(file), Advice = advice };
    }

    /// <summary>An error as listings show it.</summary>
    public static ErrorInfo ToInfo(HandyBackupException exception) => new()
    {
        Code = exception.Code,
        Message = exception.Message,
        Target = exception.Target,
        Advice = exception.Advice,
        IsTransient = exception.IsTransient,
    };
}
