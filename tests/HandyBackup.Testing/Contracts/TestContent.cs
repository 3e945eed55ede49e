namespace HandyBackup.Testing;

/// <summary>Content in parts, as reads give it and writes take it.</summary>
public static class TestContent
{
    /// <summary>Content of these parts.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Of(params byte[][] parts)
    {
        foreach (byte[] part in parts)
        {
            await Task.Yield();
            yield return part;
        }
    }

    /// <summary>All of a content.</summary>
    public static async Task<byte[]> ReadAllAsync(this IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        await foreach (ReadOnlyMemory<byte> part in content.WithCancellation(cancellationToken))
        {
            all.Write(part.Span);
        }

        return all.ToArray();
    }
}
