namespace HandyBackup.Catalog;

/// <summary>The server's own settings, by name.</summary>
public interface ISettingCatalog
{
    /// <summary>The value of a setting, or null if it was never saved.</summary>
    Task<byte[]?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Saves a setting, in place of an earlier value.</summary>
    Task SaveAsync(string name, byte[] value, CancellationToken cancellationToken);

    /// <summary>Saves a setting unless it was saved before: of several that try at once, one does.</summary>
    /// <returns>The value that is saved now: this one, or the earlier one.</returns>
    Task<byte[]> SaveFirstAsync(string name, byte[] value, CancellationToken cancellationToken);
}
