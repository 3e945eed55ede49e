namespace HandyBackup.Stores;

/// <summary>One file as a listing shows it.</summary>
/// <param name="Name">Its name without folder.</param>
/// <param name="Size">Its length in bytes.</param>
public readonly record struct StoreFileInfo(string Name, long Size);
