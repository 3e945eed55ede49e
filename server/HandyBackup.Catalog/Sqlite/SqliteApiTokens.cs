using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog;

/// <inheritdoc cref="IApiTokenCatalog"/>
internal sealed class SqliteApiTokens(SqliteDatabase database) : IApiTokenCatalog
{
    private const string Select = "SELECT id, name, description, secret_hash, grants, created, expires, last_login FROM api_tokens";

    /// <inheritdoc/>
    public async IAsyncEnumerable<ApiTokenRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<ApiTokenRecord> tokens = await database.ReadAsync(static c => c.Query(Select + " ORDER BY name_key", Map), cancellationToken);
        foreach (ApiTokenRecord token in tokens)
        {
            yield return token;
        }
    }

    /// <inheritdoc/>
    public Task<ApiTokenRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(c => c.Query(Select + " WHERE id = $id", Map, ("$id", id)).SingleOrDefault(), cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(ApiTokenRecord token, CancellationToken cancellationToken)
    {
        byte[] hash = new byte[Sha256Hash.Size];
        token.SecretHash.CopyTo(hash);
        return database.WriteAsync(
            c =>
            {
                if (c.Query("SELECT name FROM api_tokens WHERE name_key = $key", static row => row.GetString(0), ("$key", NameKey.Of(token.Name))) is [{ } taken])
                {
                    throw new HandyBackupException(ErrorCode.ApiTokenExists, $"An API token named '{taken}' exists already.")
                    {
                        Target = taken,
                        Advice = "Choose another name, or remove the existing token first.",
                    };
                }

                return c.Execute(
                    """
                    INSERT INTO api_tokens (id, name, name_key, description, secret_hash, grants, created, expires, last_login)
                    VALUES ($id, $name, $key, $description, $hash, $grants, $created, $expires, $login)
                    """,
                    ("$id", token.Id),
                    ("$name", token.Name),
                    ("$key", NameKey.Of(token.Name)),
                    ("$description", token.Description),
                    ("$hash", hash),
                    ("$grants", CatalogJson.Write(token.Grants)),
                    ("$created", token.Created),
                    ("$expires", token.Expires),
                    ("$login", token.LastLogin));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task SetLoginAsync(string id, DateTimeOffset time, CancellationToken cancellationToken) =>
        database.WriteAsync(c => c.Execute("UPDATE api_tokens SET last_login = $time WHERE id = $id", ("$time", time), ("$id", id)), cancellationToken);

    /// <inheritdoc/>
    public Task<string?> RemoveAsync(string name, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => c.Query<string?>("DELETE FROM api_tokens WHERE name_key = $key RETURNING id", static row => row.GetString(0), ("$key", NameKey.Of(name))).SingleOrDefault(),
            cancellationToken);

    private static ApiTokenRecord Map(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Description = row.GetString(2),
        SecretHash = new Sha256Hash(row.GetFieldValue<byte[]>(3)),
        Grants = CatalogJson.ReadGrants(row.GetString(4)),
        Created = row.Time(5),
        Expires = row.Time(6),
        LastLogin = row.TimeOrNull(7),
    };
}
