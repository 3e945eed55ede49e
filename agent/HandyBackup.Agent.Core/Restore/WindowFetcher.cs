using System.Threading.Channels;
using HandyBackup.Agent.Core.Trees;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// Fetches windows one after the other, works out where each blob goes, and hands it to the writers. Blobs arrive in the repository's order, so one
/// whose place is not known yet is kept, compressed, until those before it in its files have arrived: at most a window's worth. A blob that is lost
/// takes down the files that need it, and no others.
/// </summary>
internal sealed class WindowFetcher(IRetrieve retrieve, ChannelWriter<RestoreWork> writers, CancellationToken cancellationToken)
{
    // restic's chunks have 8 MiB at most (doc/design.rst, "Backups and Deduplication"); others may have chosen larger ones.
    private const int LargestBlob = 256 * 1024 * 1024;

    private readonly List<WindowBlob> _ready = [];
    private readonly List<(FileRestore File, ErrorCode Code, string Reason)> _failed = [];

    /// <summary>Fetches one window.</summary>
    /// <exception cref="HandyBackupException">The repository as a whole cannot be read.</exception>
    public async Task FetchAsync(RestoreWindow window)
    {
        try
        {
            foreach (FilePart part in window.Parts)
            {
                Advance(window, part);
            }

            await SettleAsync();
            var requests = new Queue<HashSet<BlobId>>();
            requests.Enqueue([.. window.Blobs.Keys]);
            while (requests.TryDequeue(out HashSet<BlobId>? wanted))
            {
                await RequestAsync(window, wanted, requests);
            }
        }
        finally
        {
            foreach (WindowBlob blob in window.Blobs.Values)
            {
                blob.Payload?.Dispose();
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
        if (payload.PlainLength is < 0 or > LargestBlob)
        {
            payload.Dispose();
            await LoseAsync(window, payload.Id, new HandyBackupException(ErrorCode.BlobDamaged, $"Blob {payload.Id} claims to have {payload.PlainLength} bytes."));
            return;
        }

        blob.Payload = payload;
        blob.Length = payload.PlainLength;
        await ResumeAsync(window, blob);
    }

    private ValueTask LoseAsync(RestoreWindow window, BlobId id, HandyBackupException failure)
    {
        WindowBlob blob = window.Blobs[id];
        blob.Failure = failure;
        return ResumeAsync(window, blob);
    }

    private ValueTask ResumeAsync(RestoreWindow window, WindowBlob blob)
    {
        List<FilePart>? waiting = blob.Waiting;
        blob.Waiting = null;
        foreach (FilePart part in waiting ?? [])
        {
            Advance(window, part);
        }

        return SettleAsync();
    }

    // Places as many of the part's blobs as follow each other and are known.
    private void Advance(RestoreWindow window, FilePart part)
    {
        while (part.Next < part.End)
        {
            WindowBlob blob = window.Blobs[part.File.Content[part.Next]];
            if (blob.Failure is { } failure)
            {
                _failed.Add((part.File, failure.Code, failure.Message));
            }
            else if (blob.Length is not { } length)
            {
                (blob.Waiting ??= new List<FilePart>(1)).Add(part);
                return;
            }
            else if (part.File.TryPlace(length, part.Next == part.File.Content.Count - 1, out long offset))
            {
                blob.Places.Add(new FilePlace(part.File, offset));
            }
            else
            {
                _failed.Add((part.File, ErrorCode.TreeDamaged, "Its content has not the length that the snapshot says."));
            }

            part.Next++;
            if (--blob.Unplaced == 0 && blob.Payload is not null)
            {
                _ready.Add(blob);
            }
        }
    }

    private async ValueTask SettleAsync()
    {
        foreach ((FileRestore file, ErrorCode code, string reason) in _failed)
        {
            await file.FailAsync(code, reason);
        }

        _failed.Clear();
        foreach (WindowBlob blob in _ready)
        {
            await writers.WriteAsync(RestoreWork.ForBlob(blob.Payload!, blob.Places), cancellationToken);
            blob.Payload = null;
        }

        _ready.Clear();
    }
}
