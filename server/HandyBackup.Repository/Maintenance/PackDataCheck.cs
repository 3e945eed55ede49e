using System.Buffers;
using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Reads packs to the last byte, a piece at a time, and tells whether they and their blobs are what their names promise. Safe to share between threads.</summary>
internal sealed class PackDataCheck(OpenRepository repository, BlobIndex index, BlobVerifier verifier)
{
    /// <summary>Reads one pack.</summary>
    /// <param name="id">The pack.</param>
    /// <param name="entries">The index entries of the blobs that should lie in it, in order of their offsets.</param>
    /// <param name="size">The length of its file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="StoreException">The store's error.</exception>
    public async Task<PackDataResult> RunAsync(PackId id, int[] entries, long size, CancellationToken cancellationToken)
    {
        var file = new StoreFile(StoreFileKind.Pack, id.ToString());
        List<int> damaged = [.. entries.Where(entry => BlobOf(entry).End > size)];
        int[] whole = damaged.Count == 0 ? entries : [.. entries.Except(damaged)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (PackPiece piece in PackPiece.Cut([.. whole.Select(BlobOf)], size))
        {
            using IMemoryOwner<byte> owner = repository.Buffers.Rent(piece.Length);
            Memory<byte> content = owner.Memory[..piece.Length];
            await repository.Store.LoadAsync(file, piece.Start, content, cancellationToken);
            // Before the blobs are opened where they lie.
            hash.AppendData(content.Span);
            damaged.AddRange(whole[piece.FirstBlob..piece.EndBlob].Where(entry => !IsIntact(BlobOf(entry), piece.Start, content.Span)));
        }

        return new PackDataResult(new Sha256Hash(hash.GetHashAndReset()) == id.Hash, damaged);
    }

    private PackedBlob BlobOf(int entry) => index.GetPlace(entry).Blob;

    private bool IsIntact(in PackedBlob blob, long start, Span<byte> piece)
    {
        if (blob.Offset < start)
        {
            // It shares bytes with another one, which no pack's blobs do.
            return false;
        }

        Span<byte> sealedBytes = piece.Slice((int)(blob.Offset - start), (int)blob.Length);
        Span<byte> content = sealedBytes.Slice(MasterKey.Overhead / 2, sealedBytes.Length - MasterKey.Overhead);
        return repository.MasterKey.TryOpen(sealedBytes, content) && verifier.IsIntact(blob.Key.Id, content, blob.IsCompressed, (int)blob.PlainLength);
    }
}
