using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IUserCatalog"/>
internal sealed class SqliteUsers(SqliteDatabase database) : IUserCatalog
{
    private const string Select = """
        SELECT id, name, description, is_enabled, password_hash, certificate, code_secret, code_pending, grants, created, changed, last_login
        FROM users
        """;

    /// <inheritdoc/>
    public async IAsyncEnumerable<UserRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<UserRecord> users = await database.ReadAsync(static c => c.Query(Select + " ORDER BY name_key", Map), cancellationToken);
        foreach (UserRecord user in users)
        {
            yield return user;
        }
    }

    /// <inheritdoc/>
    public Task<UserRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query(Select + " WHERE name_key = $key", Map, ("$key", NameKey.Of(name))).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task<UserRecord?> FindAsync(Guid id, CancellationToken cancellationToken) => database.ReadAsync(c => Find(c, id), cancellationToken);

    /// <inheritdoc/>
    public Task<UserRecord?> FindByCertificateAsync(string fingerprint, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query(Select + " WHERE certificate = $certificate", Map, ("$certificate", fingerprint)).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(UserRecord user, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                CheckFree(c, user);
                return c.Execute(
                    """
                    INSERT INTO users (id, name, name_key, description, is_enabled, password_hash, certificate, code_secret, code_pending, code_step, grants, created, changed, last_login)
                    VALUES ($id, $name, $key, $description, $enabled, $password, $certificate, $code, $pending, 0, $grants, $created, $changed, $login)
                    """,
                    [("$created", user.Created), .. Parameters(user)]);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<UserRecord?> ChangeAsync(Guid id, Func<UserRecord, UserRecord> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                if (Find(c, id) is not { } user)
                {
                    return null;
                }

                UserRecord changed = change(user);
                CheckFree(c, changed);
                c.Execute(
                    """
                    UPDATE users SET name = $name, name_key = $key, description = $description, is_enabled = $enabled, password_hash = $password, certificate = $certificate,
                        code_secret = $code, code_pending = $pending, grants = $grants, changed = $changed, last_login = $login
                    WHERE id = $id
                    """,
                    Parameters(changed));
                return changed;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> UseCodeAsync(Guid id, long step, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            c => c.Execute("UPDATE users SET code_step = $step WHERE id = $id AND code_step < $step", ("$step", step), ("$id", id.ToString())),
            cancellationToken) > 0;

    /// <inheritdoc/>
    public Task<int> UseUpCodesAsync(long step, CancellationToken cancellationToken) =>
        database.WriteAsync(c => c.Execute("UPDATE users SET code_step = $step WHERE code_secret IS NOT NULL AND code_step < $step", ("$step", step)), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(Guid id, CancellationToken cancellationToken) =>
        await database.WriteAsync(c => c.Execute("DELETE FROM users WHERE id = $id", ("$id", id.ToString())), cancellationToken) > 0;

    private static UserRecord? Find(SqliteConnection connection, Guid id) =>
        connection.Query(Select + " WHERE id = $id", Map, ("$id", id.ToString())).SingleOrDefault();

    private static void CheckFree(SqliteConnection connection, UserRecord user)
    {
        string? taken = connection.Query(
            "SELECT name FROM users WHERE id <> $id AND (name_key = $key OR certificate = $certificate)",
            static row => row.GetString(0),
            ("$id", user.Id.ToString()),
            ("$key", NameKey.Of(user.Name)),
            ("$certificate", user.CertificateFingerprint)).FirstOrDefault();
        if (taken is not null)
        {
            bool isName = NameKey.Of(taken) == NameKey.Of(user.Name);
            throw new HandyBackupException(ErrorCode.UserExists, isName ? $"A user named '{taken}' exists already." : $"The certificate is that of the user '{taken}'.")
            {
                Target = taken,
                Advice = isName ? "Choose another name, or change the existing user." : "Give each user a certificate of its own.",
            };
        }
    }

    private static (string Name, object? Value)[] Parameters(UserRecord user) =>
    [
        ("$id", user.Id.ToString()),
        ("$name", user.Name),
        ("$key", NameKey.Of(user.Name)),
        ("$description", user.Description),
        ("$enabled", user.IsEnabled),
        ("$password", user.PasswordHash),
        ("$certificate", user.CertificateFingerprint),
        ("$code", user.CodeSecret),
        ("$pending", user.PendingCodeSecret),
        ("$grants", CatalogJson.Write(user.Grants)),
        ("$changed", user.Changed),
        ("$login", user.LastLogin),
    ];

    private static UserRecord Map(SqliteDataReader row) => new()
    {
        Id = Guid.Parse(row.GetString(0)),
        Name = row.GetString(1),
        Description = row.GetString(2),
        IsEnabled = row.GetBoolean(3),
        PasswordHash = row.TextOrNull(4),
        CertificateFingerprint = row.TextOrNull(5),
        CodeSecret = row.BytesOrNull(6),
        PendingCodeSecret = row.BytesOrNull(7),
        Grants = CatalogJson.ReadGrants(row.GetString(8)),
        Created = row.Time(9),
        Changed = row.Time(10),
        LastLogin = row.TimeOrNull(11),
    };
}
