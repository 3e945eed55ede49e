using System.Buffers;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Packs that no index file names and that no prune condemned. A process that was killed during a backup leaves them, and so does a loss of power: whole if the store
/// keeps what it promises. A drive that lies about flushing does not, so each is read and must have the content that its name promises before anything relies on it.
/// </summary>
internal sealed class StrayPacks(RepositoryIndex index, OpenRepository repository)
{
    private readonly PackHeaders _headers = new(repository.Store, repository.MasterKey);

    /// <summary>Puts the packs into the index, in memory and in index files. Damaged ones are left alone: a check names them.</summary>
    /// <exception cref="HandyBackupException">A store error. What was adopted until then stays.</exception>
    public async Task<AdoptedPacks> AdoptAsync(CancellationToken cancellationToken)
    {
        // Read before the packs are listed: a sweep removes packs before it removes their list.
        HashSet<PackId> condemned = await new CondemnedPacks(repository.Files).FindPacksAsync(cancellationToken);
        var adopted = default(AdoptedPacks);
        List<SavedPack> found = [];
        int blobCount = 0;
        await foreach (StoreFileInfo file in repository.Files.ListAsync(StoreFileKind.Pack, cancellationToken))
        {
            if (!Sha256Hash.TryParse(file.Name, out Sha256Hash hash) || index.Blobs.TryGetPackNumber(new PackId(hash), out _) || condemned.Contains(new PackId(hash)))
            {
                continue;
            }

            if (await TryReadAsync(new PackId(hash), file.Size, cancellationToken) is not { } blobs)
            {
                continue;
            }

            adopted = new AdoptedPacks(adopted.Count + 1, adopted.Bytes + file.Size);
            found.Add(new SavedPack(new PackId(hash), blobs));
            blobCount += blobs.Count;
            if (blobCount >= IndexFiles.MaxBlobs)
            {
                await index.SaveAsync(found, cancellationToken);
                found.Clear();
                blobCount = 0;
            }
        }

        if (found.Count > 0)
        {
            await index.SaveAsync(found, cancellationToken);
        }

        return adopted;
    }

    private async Task<List<PackedBlob>?> TryReadAsync(PackId id, long size, CancellationToken cancellationToken)
    {
        if (size > Array.MaxLength)
        {
            return null;
        }

        var file = new StoreFile(StoreFileKind.Pack, id.ToString());
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            Memory<byte> pack = buffer.AsMemory(0, (int)size);
            await repository.Store.LoadAsync(file, 0, pack, cancellationToken);
            PackHeader header = StoredFiles.IsIntact(file, pack.Span) ? _headers.Read(pack.Span) : default;
            return header.Fault is null ? header.Blobs : null;
        }
        catch (StoreException e) when (e.Error is StoreError.NotFound or StoreError.TooShort)
        {
            // Somebody removed it since it was listed.
            return null;
        }
        catch (StoreException e)
        {
            throw StoreErrors.Translate(e, repository.Store);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
