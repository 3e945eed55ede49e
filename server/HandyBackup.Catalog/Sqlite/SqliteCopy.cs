using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace HandyBackup.Catalog;

/// <summary>Copies a catalog that is in use, and verifies a copy. SQLite works synchronously, and for as long as the file is large: on a thread of the pool, and interrupted when it is no longer wanted.</summary>
internal static class SqliteCopy
{
    /// <summary>Writes what is committed in one file into another. Readers and writers of the first are not held up: the copy is made of what one transaction sees.</summary>
    public static Task WriteAsync(string from, string to, CancellationToken cancellationToken) => RunAsync(
        from,
        connection => connection.Execute("VACUUM INTO $path", ("$path", to)),
        cancellationToken);

    /// <summary>Reads a file that nobody has open from end to end.</summary>
    public static Task VerifyAsync(string path, CancellationToken cancellationToken) => RunAsync(
        path,
        connection =>
        {
            // One finding is enough to refuse the file, and it says "ok" where there is none.
            string finding = connection.Query("PRAGMA integrity_check(1)", static row => row.GetString(0))[0];
            if (finding != "ok")
            {
                throw SqliteErrors.Damaged(path, new InvalidDataException(finding));
            }
        },
        cancellationToken);

    private static async Task RunAsync(string path, Action<SqliteConnection> work, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => Work(path, work, cancellationToken), cancellationToken);
        }
        catch (SqliteException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw SqliteErrors.Translate(exception, path);
        }
    }

    private static void Work(string path, Action<SqliteConnection> work, CancellationToken cancellationToken)
    {
        // Not of the pool: a connection that was kept would hold the file.
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        using CancellationTokenRegistration interrupt = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle));
        work(connection);
    }
}
