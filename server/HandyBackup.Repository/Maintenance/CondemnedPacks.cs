using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// The lists of packs that left the index and whose files are removed later. A list is written before its packs leave, so none is forgotten; a pack
/// that is named here and in the index too is kept.
/// </summary>
internal sealed class CondemnedPacks(UnpackedFiles files)
{
    // About 5 MB of JSON.
    private const int MaxPacksInFile = 50_000;
    private const int MostLength = 64 * 1024 * 1024;

    /// <summary>The ids of all lists.</summary>
    public async Task<List<Sha256Hash>> ListAsync(CancellationToken cancellationToken)
    {
        List<Sha256Hash> lists = [];
        await foreach (StoreFileInfo file in files.ListAsync(StoreFileKind.CondemnedPacks, cancellationToken))
        {
            if (Sha256Hash.TryParse(file.Name, out Sha256Hash hash))
            {
                lists.Add(hash);
            }
        }

        return lists;
    }

    /// <summary>Loads one list.</summary>
    /// <returns>Its content; null if there is no such file.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CondemnedPacksDamaged"/>, or a store error.</exception>
    public async Task<CondemnedPacksRecord?> FindAsync(Sha256Hash list, CancellationToken cancellationToken)
    {
        byte[]? json = await files.FindAsync(StoreFileKind.CondemnedPacks, list, MostLength, cancellationToken);
        try
        {
            return json is null ? null : Parse(json);
        }
        catch (JsonException exception)
        {
            throw FileErrors.Damaged(new StoreFile(StoreFileKind.CondemnedPacks, list.ToString()), $"cannot be understood: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    // The elements of a list may be null in JSON, whatever their type says, and a length that is none would be counted as freed.
    private static CondemnedPacksRecord? Parse(byte[] json)
    {
        CondemnedPacksRecord? record = JsonSerializer.Deserialize(json, CondemnedPacksJson.Default.CondemnedPacksRecord);
        return record?.Packs.All(pack => pack is { Size: >= 0 }) != false ? record : throw new JsonException("It names a pack that cannot be one.");
    }

    /// <summary>The ids of all packs in lists that can be read; a damaged list condemns nothing.</summary>
    public async Task<HashSet<PackId>> FindPacksAsync(CancellationToken cancellationToken)
    {
        HashSet<PackId> packs = [];
        foreach (Sha256Hash list in await ListAsync(cancellationToken))
        {
            (CondemnedPacksRecord? record, _) = await TryFindAsync(list, cancellationToken);
            foreach (CondemnedPack pack in record?.Packs ?? [])
            {
                if (Sha256Hash.TryParse(pack.Id, out Sha256Hash hash))
                {
                    packs.Add(new PackId(hash));
                }
            }
        }

        return packs;
    }

    /// <summary>Says what is wrong with a list.</summary>
    /// <returns>The damage; null if the list is sound or gone.</returns>
    public async Task<HandyBackupException?> FindDamageAsync(Sha256Hash list, CancellationToken cancellationToken) => (await TryFindAsync(list, cancellationToken)).Damage;

    /// <summary>Saves packs as condemned since this time.</summary>
    public async Task SaveAsync(IReadOnlyList<CondemnedPack> packs, DateTimeOffset time, CancellationToken cancellationToken)
    {
        for (int first = 0; first < packs.Count; first += MaxPacksInFile)
        {
            var record = new CondemnedPacksRecord { Time = time, Packs = [.. packs.Skip(first).Take(MaxPacksInFile)] };
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, CondemnedPacksJson.Default.CondemnedPacksRecord);
            await files.SaveAsync(StoreFileKind.CondemnedPacks, json, cancellationToken);
        }
    }

    /// <summary>Removes a list.</summary>
    public Task RemoveAsync(Sha256Hash list, CancellationToken cancellationToken) => files.RemoveAsync(StoreFileKind.CondemnedPacks, list, cancellationToken);

    private async Task<(CondemnedPacksRecord? Record, HandyBackupException? Damage)> TryFindAsync(Sha256Hash list, CancellationToken cancellationToken)
    {
        try
        {
            return (await FindAsync(list, cancellationToken), null);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.CondemnedPacksDamaged)
        {
            return (null, exception);
        }
    }
}
