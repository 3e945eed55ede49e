namespace HandyBackup.Rpc.Streams;

/// <summary>Some items of a stream, as one message carries them.</summary>
/// <param name="Items">The items, in order; none only if the stream has no more.</param>
/// <param name="IsLast">True if nothing follows.</param>
internal sealed record StreamBatch<T>(IReadOnlyList<T> Items, bool IsLast);
