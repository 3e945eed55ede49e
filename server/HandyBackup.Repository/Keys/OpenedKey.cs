namespace HandyBackup.Repository;

/// <summary>The master key, and the key file that it came from.</summary>
/// <param name="MasterKey">The master key.</param>
/// <param name="Id">The key file.</param>
internal sealed record OpenedKey(MasterKey MasterKey, KeyId Id);
