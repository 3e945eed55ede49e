namespace HandyBackup.Rpc.Streams;

/// <summary>The methods by which a caller reads a stream that a call has returned. Both take its number.</summary>
internal static class StreamMethod
{
    public const string Next = "streams.next";
    public const string End = "streams.end";
}
