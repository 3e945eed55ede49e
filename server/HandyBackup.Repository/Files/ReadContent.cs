namespace HandyBackup.Repository;

/// <summary>Makes something of a file's content, which may not be used afterwards.</summary>
internal delegate T ReadContent<out T>(ReadOnlySpan<byte> content);
