using System.Threading.Channels;
using HandyBackup.Agent.Core.Trees;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// Fetches what planned windows need, one after the other and in the repository's order, and hands it to the writers as it arrives. A blob that is lost takes down
/// the files that need it, and no others.
/// </summary>
internal sealed class WindowFetcher(IRetrieve retrieve, ChannelWriter<RestoreWork> writers, CancellationToken cancellationToken)
{
    private readonly ZeroBlobs _zeros = new();

    /// <summary>Fetches one window.</summary>
    /// <exception cref="HandyBackupException">The repository as a whole cannot be read.</exception>
    public async Task FetchAsync(RestoreWindow window)
    {
        var needed = new HashSet<BlobId>(window.Blobs.Count);
        foreach ((BlobId id, WindowBlob blob) in window.Blobs)
        {
            if (blob.Places.TrueForAll(place => place.File.IsFailed))
            {
                continue;
            }

            // Only what is needed more than once can be part of a large hole.
            if (blob.Places.Count > 1 && _zeros.IsZeros(id, blob.Length))
            {
                await writers.WriteAsync(RestoreWork.ForZeros((int)blob.Length, blob.Places), cancellationToken);
            }
            else
            {
                needed.Add(id);
            }
        }

        var requests = new Queue<HashSet<BlobId>>();
        requests.Enqueue(needed);
        while (requests.TryDequeue(out HashSet<BlobId>? wanted))
        {
            if (wanted.Count > 0)
            {
                await RequestAsync(window, wanted, requests);
            }
        }
    }

    // Takes out of the set what arrives. What does not comes back as further requests.
    private async Task RequestAsync(RestoreWindow window, HashSet<BlobId> wanted, Queue<HashSet<BlobId>> requests)
    {
        HandyBackupException? failure = null;
        try
        {
            await foreach (BlobPayload payload in retrieve.GetAsync([.. wanted], BlobType.Data, cancellationToken))
            {
                if (wanted.Remove(payload.Id))
                {
                    await ArriveAsync(window, payload);
                }
                else
                {
                    payload.Dispose();
                }
            }
        }
        catch (HandyBackupException exception) when (SnapshotTrees.IsAboutBlob(exception))
        {
            failure = exception;
        }

        if (wanted.Count == 0)
        {
            return;
        }

        if (failure is null || wanted.Count == 1)
        {
            foreach (BlobId id in wanted)
            {
                await LoseAsync(window, id, failure ?? new HandyBackupException(ErrorCode.BlobMissing, $"Blob {id} was not delivered.") { Target = id.ToString() });
            }
        }
        else if (Sha256Hash.TryParse(failure.Target, out Sha256Hash hash) && wanted.Remove(new BlobId(hash)))
        {
            await LoseAsync(window, new BlobId(hash), failure);
            requests.Enqueue(wanted);
        }
        else
        {
            // The failure names something else, such as a pack: the bad ones are found by halving.
            BlobId[] all = [.. wanted];
            requests.Enqueue([.. all[..(all.Length / 2)]]);
            requests.Enqueue([.. all[(all.Length / 2)..]]);
        }
    }

    private async ValueTask ArriveAsync(RestoreWindow window, BlobPayload payload)
    {
        WindowBlob blob = window.Blobs[payload.Id];
        if (payload.PlainLength == blob.Length)
        {
            await writers.WriteAsync(RestoreWork.ForBlob(payload, blob.Places), cancellationToken);
            return;
        }

        payload.Dispose();
        await LoseAsync(window, payload.Id, new HandyBackupException(ErrorCode.BlobDamaged, $"Blob {payload.Id} has {payload.PlainLength} bytes, and its index entry says {blob.Length}."));
    }

    private static async ValueTask LoseAsync(RestoreWindow window, BlobId id, HandyBackupException failure)
    {
        foreach (FilePlace place in window.Blobs[id].Places)
        {
            await place.File.FailAsync(failure.Code, failure.Message);
        }
    }
}
