using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// Copies the needed blobs of packs that leave into new packs. Nothing is decompressed: opening a blob proves by its authentication code that it is what was
/// once sealed, and what is not compressed is hashed, too, since that costs little. Sealing anew takes a fresh nonce. What it wrote is in the
/// index when it returns; if it is cut short, the next prune takes the copies and lets the originals go.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="plan">What is copied.</param>
/// <param name="times">Is told of the new packs; null to forget when their content was verified.</param>
/// <param name="report">Is told the progress.</param>
internal sealed class PackRewrite(IndexedRepository repository, PrunePlan plan, CarriedTimes? times, PruneReport report)
{
    // Twelve bytes of the read plan for each; about a gigabyte of data is then read in the order in which it lies.
    private const int BlobsAtOnce = 4096;

    /// <summary>Copies.</summary>
    /// <exception cref="HandyBackupException">A needed blob cannot be read, or a store error.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        OpenRepository open = repository.Repository;
        report.AddTotal(plan.Figures.CopiedBytes);
        await using var writer = new BlobWriter(repository.Index, open, repository.Verifier, copies: true, saved: times is null ? null : times.Note);
        List<BlobId> data = new(BlobsAtOnce);
        List<BlobId> trees = new(BlobsAtOnce);
        foreach (int entry in plan.Kept.Enumerate())
        {
            BlobPlace place = plan.Captured.Blobs.GetPlace(entry);
            if (!plan.Leaving.Contains(place.PackNumber))
            {
                continue;
            }

            List<BlobId> batch = place.Blob.Key.Type == BlobType.Tree ? trees : data;
            batch.Add(place.Blob.Key.Id);
            if (batch.Count == BlobsAtOnce)
            {
                await CopyAsync(writer, batch, place.Blob.Key.Type, cancellationToken);
            }
        }

        await CopyAsync(writer, data, BlobType.Data, cancellationToken);
        await CopyAsync(writer, trees, BlobType.Tree, cancellationToken);
        await writer.FlushAsync(cancellationToken);
    }

    private async Task CopyAsync(BlobWriter writer, List<BlobId> ids, BlobType type, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(repository.Reader.GetAsync(ids, type, cancellationToken), options, async (payload, token) =>
        {
            int length = payload.Bytes.Length;
            await writer.PutAsync(payload, verify: !payload.IsCompressed, token);
            report.CountBytes(length + MasterKey.Overhead);
        });
        ids.Clear();
    }
}
