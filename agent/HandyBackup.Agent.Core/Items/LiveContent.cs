using System.Buffers;
using System.Runtime.CompilerServices;
using HandyBackup.Agent.Core.Browse;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Items;

/// <summary>Reads files of an opened source as they are now.</summary>
internal sealed class LiveContent(ISourceSession session, string agent)
{
    private const int PartLength = 256 * 1024;

    /// <summary>Reads a file. Each part is good until the next is asked for.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>, <see cref="ErrorCode.ItemUnsupported"/>, <see cref="ErrorCode.InvalidArgument"/>,
    /// or, at the end, <see cref="ErrorCode.ItemChanged"/>.</exception>
    /// <exception cref="SourceException">The file cannot be read.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(LiveContentQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Offset < 0 || query.Length < 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "Offset and length of what is read cannot be negative.") { Target = query.Path };
        }

        SourceItem file = await FindAsync(query.Path, cancellationToken);
        await using ISourceReader reader = await session.OpenReadAsync(file, cancellationToken);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PartLength);
        try
        {
            bool isOver = !await SkipAsync(reader, query.Offset, buffer, cancellationToken);
            long left = query.Length ?? long.MaxValue;
            while (!isOver && left > 0)
            {
                int read = await reader.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
                left -= read;
                isOver = read == 0;
                if (read > 0)
                {
                    yield return buffer.AsMemory(0, read);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (await reader.WasChangedAsync(cancellationToken))
        {
            throw new HandyBackupException(ErrorCode.ItemChanged, $"'{query.Path}' was altered while it was read: what was read may mix old and new content.")
            {
                Target = query.Path,
                Advice = "Read it again when nobody writes to it.",
                IsTransient = true,
            };
        }
    }

    private static async ValueTask<bool> SkipAsync(ISourceReader reader, long offset, byte[] buffer, CancellationToken cancellationToken)
    {
        if (reader is ISeekingReader seeking)
        {
            seeking.Seek(offset);
            return true;
        }

        while (offset > 0)
        {
            int read = await reader.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, offset)), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            offset -= read;
        }

        return true;
    }

    private async ValueTask<SourceItem> FindAsync(string path, CancellationToken cancellationToken)
    {
        SourceItem? item = await LiveItem.FindAsync(session, path, agent, cancellationToken);
        return item is { Kind: SourceItemKind.File }
            ? item
            : throw new HandyBackupException(ErrorCode.ItemUnsupported, $"'{path}' is no file but a {LiveItem.KindOf(item?.Kind ?? SourceItemKind.Folder)}, which has no content.")
            {
                Target = path,
                Advice = "Name a file; what a link points to has a path of its own.",
            };
    }
}
