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

        byte[] content = ArrayPool<byte>.Shared.Rent(blob.PlainLength);
        try
        {
            if (TryDecode(blob, content, decoder) is { } damage)
            {
                foreach (FilePlace place in places)
                {
                    await place.File.FailAsync(damage.Code, damage.Message);
                }

                return;
            }

            foreach (FilePlace place in places)
            {
                await place.File.WriteAsync(place.Offset, content.AsMemory(0, blob.PlainLength));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
        }
    }

    private static HandyBackupException? TryDecode(BlobPayload blob, byte[] content, BlobDecoder decoder)
    {
        try
        {
            decoder.Decode(blob, content);
            return null;
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.BlobDamaged)
        {
            return exception;
        }
    }
}
