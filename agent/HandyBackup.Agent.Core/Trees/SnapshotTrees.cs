using System.Collections.Concurrent;
using HandyBackup.Agent.Core.Blobs;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Trees;

/// <summary>Fetches a snapshot's trees and checks them against their ids. Safe for several threads.</summary>
internal sealed class SnapshotTrees(IRetrieve retrieve) : IDisposable
{
    private readonly ConcurrentBag<BlobDecoder> _decoders = [];

    /// <summary>True if the failure is about one blob; false if the repository as a whole cannot be read.</summary>
    public static bool IsAboutBlob(HandyBackupException exception) => exception.Code is
        ErrorCode.BlobMissing or ErrorCode.BlobDamaged or ErrorCode.PackMissing or ErrorCode.PackDamaged or ErrorCode.TreeDamaged;

    /// <summary>One tree's plain text.</summary>
    /// <exception cref="HandyBackupException">The tree is missing or damaged (see <see cref="IsAboutBlob"/>), or the repository cannot be read.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> LoadAsync(BlobId id, CancellationToken cancellationToken)
    {
        await foreach (BlobPayload blob in retrieve.GetAsync([id], BlobType.Tree, cancellationToken))
        {
            using (blob)
            {
                return Decode(blob);
            }
        }

        throw new HandyBackupException(ErrorCode.BlobMissing, $"Blob {id} was not delivered.") { Target = id.ToString() };
    }

    /// <summary>
    /// Fetches several trees at once, as far as they are no larger than <paramref name="limit"/> bytes together. What is missing in the answer must
    /// be loaded one by one, which also tells why.
    /// </summary>
    public async Task<Dictionary<BlobId, ReadOnlyMemory<byte>>> LoadSomeAsync(IReadOnlyCollection<BlobId> ids, long limit, CancellationToken cancellationToken)
    {
        var trees = new Dictionary<BlobId, ReadOnlyMemory<byte>>(ids.Count);
        try
        {
            await foreach (BlobPayload blob in retrieve.GetAsync(ids, BlobType.Tree, cancellationToken))
            {
                using (blob)
                {
                    limit -= blob.PlainLength;
                    if (limit < 0)
                    {
                        break;
                    }

                    trees[blob.Id] = Decode(blob);
                }
            }
        }
        catch (HandyBackupException exception) when (IsAboutBlob(exception))
        {
            // Said again, and reported, when the tree is loaded on its own.
        }

        return trees;
    }

    /// <summary>To be called when nothing is under way any more.</summary>
    public void Dispose()
    {
        while (_decoders.TryTake(out BlobDecoder? decoder))
        {
            decoder.Dispose();
        }
    }

    private byte[] Decode(BlobPayload blob)
    {
        if (blob.PlainLength < 0)
        {
            throw new HandyBackupException(ErrorCode.BlobDamaged, $"Blob {blob.Id} claims to have {blob.PlainLength} bytes.") { Target = blob.Id.ToString() };
        }

        if (!_decoders.TryTake(out BlobDecoder? decoder))
        {
            decoder = new BlobDecoder();
        }

        try
        {
            byte[] text = new byte[blob.PlainLength];
            decoder.Decode(blob, text);
            return text;
        }
        finally
        {
            _decoders.Add(decoder);
        }
    }
}
