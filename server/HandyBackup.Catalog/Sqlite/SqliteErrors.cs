using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <summary>SQLite's result codes (sqlite.org/rescode.html) in our terms.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Corrupt = 11;
    private const int Constraint = 19;
    private const int NotADatabase = 26;
    private const int ForeignKey = 787;
    private const int RestrictTrigger = 1811;

    /// <summary>True if a name, path or id is taken.</summary>
    public static bool IsDuplicate(SqliteException exception) => exception.SqliteErrorCode == Constraint && !IsMissingReference(exception);

    /// <summary>True if a row is referred to and cannot go, or refers to nothing. SQLite reports ON DELETE RESTRICT as a trigger.</summary>
    public static bool IsMissingReference(SqliteException exception) => exception.SqliteExtendedErrorCode is ForeignKey or RestrictTrigger;

    /// <summary>The exception for a file that is no sound catalog.</summary>
    public static HandyBackupException Damaged(string path, Exception cause) => new(ErrorCode.CatalogDamaged, $"The catalog '{path}' is damaged.", cause)
    {
        Target = path,
        Advice = "Restore the server from its backup (Restore-HBServer); or stop the server, move the file away with its -wal and -shm, start again and import the repositories: the snapshots are in them. Tasks must then be made anew.",
    };

    /// <summary>The exception for a failure that no caller expects.</summary>
    public static HandyBackupException Translate(Exception exception, string path) => (exception as SqliteException)?.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => Damaged(path, exception),
        Busy or Locked => new HandyBackupException(ErrorCode.TimedOut, $"Another program holds the catalog '{path}'.", exception)
        {
            Target = path,
            Advice = "End the program that has the file open.",
            IsTransient = true,
        },
        _ => new HandyBackupException(ErrorCode.DataPathUnusable, $"The catalog '{path}' cannot be read or written: {exception.Message}", exception)
        {
            Target = path,
            Advice = "See that the data path exists, that the server's account may write there, and that space is left.",
        },
    };
}
