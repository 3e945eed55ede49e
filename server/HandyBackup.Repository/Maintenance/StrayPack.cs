namespace HandyBackup.Repository;

/// <summary>A pack that no index file names and that was not condemned yet.</summary>
/// <param name="Id">The pack.</param>
/// <param name="Size">Its size in bytes.</param>
internal readonly record struct StrayPack(PackId Id, long Size);
