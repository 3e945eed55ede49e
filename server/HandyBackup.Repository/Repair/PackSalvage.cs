using System.Buffers;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Stores the sound blobs of damaged packs in new packs, and takes those that are lost from another repository.</summary>
internal sealed class PackSalvage(OpenRepository repository, IndexSurvey index, RepositoryIndex sound, BlobVerifier verifier, RepairReport report)
{
    private readonly PackHeaders _headers = new(repository.Store, repository.MasterKey);
    private readonly HashSet<BlobKey> _missing = [];

    // Packs of which nothing is known: neither does the index name them, nor can their header be read.
    private readonly HashSet<PackId> _unknown = [];

    /// <summary>Runs this part. What it stores is durable and indexed afterwards.</summary>
    /// <param name="damaged">The packs.</param>
    /// <param name="donor">A repository that may have what is lost; null for none.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task RunAsync(IReadOnlyCollection<PackId> damaged, IndexedRepository? donor, CancellationToken cancellationToken)
    {
        if (damaged.Count == 0)
        {
            return;
        }

        // The contents that damaged packs should have, 4 bytes for each blob of the index.
        var contents = new PackContents(index.Blobs);
        await using var writer = new BlobWriter(sound, repository, verifier);
        foreach (PackId pack in damaged)
        {
            await SalvageAsync(pack, contents, writer, cancellationToken);
        }

        _missing.RemoveWhere(key => sound.Blobs.Contains(key) || writer.Contains(key));
        if (donor is not null)
        {
            await FetchAsync(donor, writer, cancellationToken);
        }

        await writer.FlushAsync(cancellationToken);
        foreach (BlobKey key in _missing)
        {
            HandyBackupException missing = BlobFaults.Missing(key.Id, key.Type);
            string message = $"{(key.Type == BlobType.Tree ? "Tree" : "Data")} blob {key.Id} is lost. It comes back with the next full backup of a source that still has it.";
            await report.AddAsync(RepairOutcome.Lost, missing.Code, key.Id.ToString(), message, cancellationToken);
        }
    }

    /// <summary>Removes the damaged packs. To be called when no index file names them any more.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<PackId> damaged, CancellationToken cancellationToken)
    {
        foreach (PackId pack in damaged)
        {
            StoreFile file = FileOf(pack);
            byte[]? bytes = await LoadAsync(file, cancellationToken);
            if (bytes is null || _unknown.Contains(pack) || IsIntactAgain(file, bytes))
            {
                continue;
            }

            if (!report.PlanOnly)
            {
                await repository.Store.RemoveAsync(file, cancellationToken);
            }

            string path = FileErrors.PathOf(file);
            await report.AddAsync(RepairOutcome.Removed, ErrorCode.PackDamaged, path, $"The damaged pack '{path}' is removed: all that was sound in it lies elsewhere.", cancellationToken);
        }
    }

    private static StoreFile FileOf(PackId id) => new(StoreFileKind.Pack, id.ToString());

    // Bad memory or a bad cable damages what is read and not what is stored: such a pack must stay.
    private static bool IsIntactAgain(StoreFile file, byte[] bytes) => StoredFiles.IsIntact(file, bytes);

    private async Task SalvageAsync(PackId id, PackContents contents, BlobWriter writer, CancellationToken cancellationToken)
    {
        StoreFile file = FileOf(id);
        string path = FileErrors.PathOf(file);
        byte[]? pack = await LoadAsync(file, cancellationToken);
        HashSet<PackedBlob> candidates = FindCandidates(id, pack, contents);
        bool isNeeded = !IsCutOff(id);
        if (candidates.Count == 0)
        {
            _unknown.Add(id);
            if (isNeeded)
            {
                await report.AddAsync(
                    RepairOutcome.Lost, ErrorCode.PackDamaged, path, $"The pack '{path}' is damaged, and nothing says what lies in it. It is left as it is.", cancellationToken);
            }

            return;
        }

        List<PackedBlob> salvaged = [];
        foreach (PackedBlob blob in candidates)
        {
            if (pack is not null && await TrySalvageAsync(blob, pack, writer, cancellationToken))
            {
                salvaged.Add(blob);
            }
            else if (isNeeded)
            {
                _missing.Add(blob.Key);
            }
        }

        if (report.PlanOnly)
        {
            sound.Blobs.Add(id, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(salvaged));
        }

        if (salvaged.Count > 0)
        {
            await report.AddAsync(
                RepairOutcome.Salvaged,
                ErrorCode.PackDamaged,
                path,
                $"{salvaged.Count} of {candidates.Count} blobs of the damaged pack '{path}' are sound{(report.PlanOnly ? "" : ", and stored once more")}.",
                cancellationToken,
                salvaged.Count);
        }
    }

    // Packs are durable before an index file names them, so with a whole index such a pack was being written when the power went: no snapshot needs it.
    private bool IsCutOff(PackId id) => index.IsWhole && !index.Blobs.TryGetPackNumber(id, out _);

    private HashSet<PackedBlob> FindCandidates(PackId id, byte[]? pack, PackContents contents)
    {
        HashSet<PackedBlob> candidates = [];
        if (index.Blobs.TryGetPackNumber(id, out int packNumber))
        {
            foreach (int entry in contents.GetEntries(packNumber))
            {
                candidates.Add(index.Blobs.GetPlace(entry).Blob);
            }
        }

        PackHeader header = pack is null ? default : _headers.Read(pack);
        candidates.UnionWith(header.Blobs ?? []);
        return candidates;
    }

    private async Task<bool> TrySalvageAsync(PackedBlob blob, byte[] pack, BlobWriter writer, CancellationToken cancellationToken)
    {
        if (!blob.IsPlausible || blob.End > pack.Length)
        {
            return false;
        }

        int contentLength = (int)blob.Length - MasterKey.Overhead;
        IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent(Math.Max(1, contentLength));
        Memory<byte> content = owner.Memory[..contentLength];
        if (!repository.MasterKey.TryOpen(pack.AsSpan((int)blob.Offset, (int)blob.Length), content.Span)
            || !verifier.IsIntact(blob.Key.Id, content.Span, blob.IsCompressed, (int)blob.PlainLength))
        {
            owner.Dispose();
            return false;
        }

        var payload = new BlobPayload(blob.Key.Id, blob.Key.Type, (int)blob.PlainLength, blob.IsCompressed, owner, contentLength);
        if (report.PlanOnly)
        {
            payload.Dispose();
            return true;
        }

        await writer.PutAsync(payload, verify: false, cancellationToken);
        return true;
    }

    private async Task FetchAsync(IndexedRepository donor, BlobWriter writer, CancellationToken cancellationToken)
    {
        List<BlobKey> fetched = [];
        foreach (BlobKey key in _missing)
        {
            if (donor.Contains(key.Id, key.Type) && await TryFetchAsync(key, donor, writer, cancellationToken))
            {
                fetched.Add(key);
            }
        }

        _missing.ExceptWith(fetched);
        if (fetched.Count > 0)
        {
            await report.AddAsync(
                RepairOutcome.Fetched,
                ErrorCode.BlobDamaged,
                donor.Repository.Store.Location,
                $"{fetched.Count} lost blobs {(report.PlanOnly ? "can be" : "are")} taken from the repository in '{donor.Repository.Store.Location}'.",
                cancellationToken,
                fetched.Count);
        }
    }

    private async Task<bool> TryFetchAsync(BlobKey key, IndexedRepository donor, BlobWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (BlobPayload payload in donor.Reader.GetAsync([key.Id], key.Type, cancellationToken))
            {
                if (report.PlanOnly)
                {
                    payload.Dispose();
                }
                else
                {
                    await writer.PutAsync(payload, verify: true, cancellationToken);
                }
            }

            return true;
        }
        catch (HandyBackupException exception) when (exception.Code is ErrorCode.BlobDamaged or ErrorCode.BlobMissing or ErrorCode.PackMissing)
        {
            // The other repository has lost it, too.
            return false;
        }
    }

    private async Task<byte[]?> LoadAsync(StoreFile file, CancellationToken cancellationToken)
    {
        try
        {
            long? size = await repository.Store.FindSizeAsync(file, cancellationToken);
            if (size is not { } length || length > Array.MaxLength)
            {
                return null;
            }

            byte[] bytes = new byte[length];
            await repository.Sidecars.LoadReadableAsync(file, bytes, cancellationToken);
            return bytes;
        }
        catch (StoreException exception) when (exception.Error == StoreError.NotFound)
        {
            return null;
        }
    }
}
