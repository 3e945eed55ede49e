using System.Buffers;
using System.Threading.Channels;
using HandyBackup.Agent.Core.Blobs;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>One of several that take pieces of work and do them: check and decompress a blob and write it to all its places, or write an item.</summary>
internal sealed class RestoreWriter(ChannelReader<RestoreWork> work, RestoreItems items, MemoryPool<byte> pool, CancellationToken cancellationToken)
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

    private async ValueTask WriteBlobAsync(BlobPayload blob, List<FilePlace> places, BlobDecoder decoder)
    {
        if (places.TrueForAll(place => place.File.IsFailed))
        {
            return;
        }

        // What is not compressed is written from where it arrived.
        using IMemoryOwner<byte>? buffer = blob.IsCompressed ? pool.Rent(blob.PlainLength) : null;
        if (TryOpen(blob, buffer?.Memory[..blob.PlainLength], decoder, out ReadOnlyMemory<byte> content) is { } damage)
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

    private async ValueTask WriteZerosAsync(int count, List<FilePlace> places)
    {
        using IMemoryOwner<byte> buffer = pool.Rent(count);
        Memory<byte> zeros = buffer.Memory[..count];
        zeros.Span.Clear();
        foreach (FilePlace place in places)
        {
            await place.File.WriteAsync(place.Offset, zeros);
        }
    }

    private static HandyBackupException? TryOpen(BlobPayload blob, Memory<byte>? buffer, BlobDecoder decoder, out ReadOnlyMemory<byte> content)
    {
        content = buffer ?? blob.Bytes;
        try
        {
            if (buffer is { } plain)
            {
                decoder.Decode(blob, plain.Span);
            }
            else
            {
                BlobDecoder.CheckPlain(blob);
            }

            return null;
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.BlobDamaged)
        {
            return exception;
        }
    }
}
