using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Lists, loads and saves index files. Safe to share between threads.</summary>
internal sealed class IndexFiles(UnpackedFiles files)
{
    /// <summary>When a file has this many blobs, a new one is begun (restic's internal/repository/index.go, indexMaxBlobs).</summary>
    public const int MaxBlobs = 50_000;

    // restic writes at most 50,000 blobs (9 MB of JSON) into a file, or one pack if that has more.
    private const int MaxPlainLength = 256 * 1024 * 1024;

    // Of 200 bytes in JSON, its id is what cannot be compressed.
    private const int CompressedBytesPerBlob = 52;

    /// <summary>Lists the ids of all index files, with their sizes in bytes.</summary>
    public async Task<Dictionary<IndexId, long>> ListAsync(CancellationToken cancellationToken)
    {
        Dictionary<IndexId, long> listed = [];
        await foreach (StoreFileInfo file in files.ListAsync(StoreFileKind.Index, cancellationToken))
        {
            if (Sha256Hash.TryParse(file.Name, out Sha256Hash hash))
            {
                listed[new IndexId(hash)] = file.Size;
            }
        }

        return listed;
    }

    /// <summary>Loads one index file.</summary>
    /// <param name="id">The file.</param>
    /// <param name="content">Takes in what it says, in place of what it had.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>False if there is no such file.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.IndexDamaged"/>, or a store error.</exception>
    public async Task<bool> TryLoadAsync(IndexId id, IndexFileContent content, CancellationToken cancellationToken)
    {
        try
        {
            return await files.ReadAsync(StoreFileKind.Index, id.Hash, MaxPlainLength, json => IndexFileReader.Read(json, content), cancellationToken) is not null;
        }
        catch (JsonException e)
        {
            throw FileErrors.Damaged(FileOf(id), $"cannot be understood: {e.Message}", e);
        }
    }

    /// <summary>Saves an index file.</summary>
    /// <returns>Its id and its size in bytes.</returns>
    public Task<(Sha256Hash Id, long Size)> SaveAsync(IReadOnlyList<SavedPack> packs, CancellationToken cancellationToken) =>
        files.SaveAsync(StoreFileKind.Index, content => IndexFileWriter.Write(packs, content), ExpectedLength(packs), cancellationToken);

    /// <summary>Removes an index file; removing what does not exist succeeds.</summary>
    public Task RemoveAsync(IndexId id, CancellationToken cancellationToken) => files.RemoveAsync(StoreFileKind.Index, id.Hash, cancellationToken);

    private static int ExpectedLength(IReadOnlyList<SavedPack> packs)
    {
        long blobs = 0;
        foreach (SavedPack pack in packs)
        {
            blobs += pack.Blobs.Count + 1;
        }

        return (int)Math.Min(blobs * CompressedBytesPerBlob, MaxPlainLength);
    }

    private static StoreFile FileOf(IndexId id) => new(StoreFileKind.Index, id.ToString());
}
