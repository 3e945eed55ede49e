using System.Buffers;
using System.Threading.Channels;
using HandyBackup.Agent.Core.Blobs;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>One of several that take pieces of work and do them: check and decompress a blob and write it to all its places, or write an item.</summary>
internal sealed class RestoreWriter(ChannelReader<RestoreWork> work, RestoreItems items, CancellationToken cancellationToken)
{
    /// <summary>Works until there is nothing more to come.</summary>
    public async Task RunAsync()
    {
        using var decoder = new BlobDecoder();
        await foreach (RestoreWork piece in work.ReadAllAsync(cancellationToken))
        {
            if (piece.Blob is { } blob)
            {
                using (blob)
                {
                    await WriteBlobAsync(blob, piece.Places!, decoder);
                }
            }
            else if (piece.Places is { } places)
            {
                await WriteZerosAsync(piece.Zeros, places);
            }
            else if (piece.EmptyFile is { } file)
            {
                await file.WriteEmptyAsync();
            }
            else if (piece.Step!.IsFurtherLink)
            {
                await items.WriteLinkAsync(piece.Step);
            }
            else
            {
                await items.WriteSpecialAsync(piece.Step);
            }
        }
    }

    private static async ValueTask WriteBlobAsync(BlobPayload blob, List<FilePlace> places, BlobDecoder decoder)
    {
        if (places.TrueForAll(place => place.File.IsFailed))
        {
            return;
        }

        // What is not compressed is written from where it arrived.
        byte[]? buffer = blob.IsCompressed ? ArrayPool<byte>.Shared.Rent(blob.PlainLength) : null;
        try
        {
            if (TryOpen(blob, buffer, decoder, out ReadOnlyMemory<byte> content) is { } damage)
            {
                foreach (FilePlace place in places)
                {
                    await place.File.FailAsync(damage.Code, damage.Message);
                }

                return;
            }

            foreach (FilePlace place in places)
            {
                await place.File.WriteAsync(place.Offset, content);
            }
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static async ValueTask WriteZerosAsync(int count, List<FilePlace> places)
    {
        byte[] zeros = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            zeros.AsSpan(0, count).Clear();
            foreach (FilePlace place in places)
            {
                await place.File.WriteAsync(place.Offset, zeros.AsMemory(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(zeros);
        }
    }

    private static HandyBackupException? TryOpen(BlobPayload blob, byte[]? buffer, BlobDecoder decoder, out ReadOnlyMemory<byte> content)
    {
        content = buffer is null ? blob.Bytes : buffer.AsMemory(0, blob.PlainLength);
        try
        {
            if (buffer is null)
            {
                BlobDecoder.CheckPlain(blob);
            }
            else
            {
                decoder.Decode(blob, buffer);
            }

            return null;
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.BlobDamaged)
        {
            return exception;
        }
    }
}
