namespace HandyBackup.Catalog;

/// <inheritdoc cref="ISettingCatalog"/>
internal sealed class SqliteSettings(SqliteDatabase database) : ISettingCatalog
{
    /// <inheritdoc/>
    public Task<byte[]?> FindAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(
            c => c.Query("SELECT value FROM settings WHERE name = $name", static row => row.BytesOrNull(0), ("$name", name)).SingleOrDefault(),
            cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(string name, byte[] value, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c => c.Execute(
                "INSERT INTO settings (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                ("$name", name),
                ("$value", value)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> SaveFirstAsync(string name, byte[] value, CancellationToken cancellationToken) =>
        database.WriteAsync(
            c =>
            {
                c.Execute("INSERT INTO settings (name, value) VALUES ($name, $value) ON CONFLICT (name) DO NOTHING", ("$name", name), ("$value", value));
                return c.Query("SELECT value FROM settings WHERE name = $name", static row => row.GetFieldValue<byte[]>(0), ("$name", name)).Single();
            },
            cancellationToken);
}
