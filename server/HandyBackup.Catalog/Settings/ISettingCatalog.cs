namespace HandyBackup.Catalog;

/// <summary>The server's own settings, by name.</summary>
public interface ISettingCatalog
{
    /// <summary>The value of a setting, or null if it was never saved.</summary>
    Task<byte[]?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Saves a setting, in place of an earlier value.</summary>
    Task SaveAsync(string name, byte[] value, CancellationToken cancellationToken);
}
