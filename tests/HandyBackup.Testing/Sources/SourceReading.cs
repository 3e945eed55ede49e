using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>What tests of sources do again and again: walk a session, read a file whole.</summary>
public static class SourceReading
{
    /// <summary>Everything below a folder (null: the whole session), depth first.</summary>
    public static async Task<List<SourceItem>> WalkAsync(this ISourceSession session, SourceItem? folder, CancellationToken cancellationToken)
    {
        List<SourceItem> items = [];
        var open = new Stack<SourceItem?>([folder]);
        while (open.TryPop(out SourceItem? next))
        {
            await foreach (SourceItem item in session.ListAsync(next, cancellationToken))
            {
                items.Add(item);
                if (item.Kind == SourceItemKind.Folder)
                {
                    open.Push(item);
                }
            }
        }

        return items;
    }

    /// <summary>The content of a file, read in pieces of the given size.</summary>
    public static async Task<byte[]> ReadAllAsync(this ISourceSession session, SourceItem file, int pieceSize, CancellationToken cancellationToken)
    {
        await using ISourceReader reader = await session.OpenReadAsync(file, cancellationToken);
        return await reader.ReadAllAsync(pieceSize, cancellationToken);
    }

    /// <summary>What a reader has left, read in pieces of the given size.</summary>
    public static async Task<byte[]> ReadAllAsync(this ISourceReader reader, int pieceSize, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        byte[] piece = new byte[pieceSize];
        while (true)
        {
            int read = await reader.ReadAsync(piece, cancellationToken);
            if (read == 0)
            {
                return content.ToArray();
            }

            content.Write(piece, 0, read);
        }
    }
}
