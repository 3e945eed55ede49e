namespace HandyBackup.Testing;

/// <summary>Orders names by their bytes, as sources list them and trees keep them.</summary>
public sealed class ByteOrder : IComparer<byte[]>
{
    /// <summary>The only instance.</summary>
    public static ByteOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
