using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// Works out where each blob of a window goes, and leaves out what is there already. What is wrong with a file's content as a whole is found here, before any
/// of it is fetched.
/// </summary>
internal sealed class WindowPlanner(IRetrieve retrieve, CancellationToken cancellationToken)
{
    // restic's chunks have 8 MiB at most (doc/design.rst, "Backups and Deduplication"); others may have chosen larger ones.
    private const int LargestBlob = 256 * 1024 * 1024;

    private readonly List<Comparison> _comparisons = [];

    /// <summary>Plans one window.</summary>
    /// <exception cref="HandyBackupException">The repository as a whole cannot be read.</exception>
    public async Task PlanAsync(RestoreWindow window)
    {
        await MeasureAsync(window);
        _comparisons.Clear();
        foreach (FilePart part in window.Parts)
        {
            await PlaceAsync(window, part);
        }

        await CompareAsync();
    }

    private async ValueTask MeasureAsync(RestoreWindow window)
    {
        BlobId[] ids = [.. window.Blobs.Keys];
        long[] lengths = new long[ids.Length];
        await retrieve.GetLengthsAsync(ids, BlobType.Data, lengths, cancellationToken);
        for (int i = 0; i < ids.Length; i++)
        {
            window.Blobs[ids[i]].Length = lengths[i];
        }
    }

    private async ValueTask PlaceAsync(RestoreWindow window, FilePart part)
    {
        FileRestore file = part.File;
        bool isCompared = await file.OpensEarlierContentAsync();
        for (int i = part.Start; i < part.End && !file.IsFailed; i++)
        {
            BlobId id = file.Content[i];
            WindowBlob blob = window.Blobs[id];
            if (blob.Length is < 0 or > LargestBlob)
            {
                await file.FailAsync(
                    blob.Length < 0 ? ErrorCode.BlobMissing : ErrorCode.BlobDamaged,
                    blob.Length < 0 ? $"Blob {id} is not in the repository." : $"Blob {id} claims to have {blob.Length} bytes.");
            }
            else if (!file.TryPlace(blob.Length, i == file.Content.Count - 1, out long offset))
            {
                await file.FailAsync(ErrorCode.TreeDamaged, "Its content has not the length that the snapshot says.");
            }
            else if (isCompared)
            {
                _comparisons.Add(new Comparison(id, blob, new FilePlace(file, offset)));
            }
            else
            {
                blob.Places.Add(new FilePlace(file, offset));
            }
        }
    }

    private async Task CompareAsync()
    {
        if (_comparisons.Count == 0)
        {
            return;
        }

        bool[] isKept = new bool[_comparisons.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, _comparisons.Count, options, async (i, _) =>
        {
            Comparison comparison = _comparisons[i];
            isKept[i] = await comparison.Place.File.TryKeepAsync(comparison.Place.Offset, (int)comparison.Blob.Length, comparison.Id);
        });
        for (int i = 0; i < isKept.Length; i++)
        {
            if (!isKept[i])
            {
                _comparisons[i].Blob.Places.Add(_comparisons[i].Place);
            }
        }
    }

    private readonly record struct Comparison(BlobId Id, WindowBlob Blob, FilePlace Place);
}
