using System.Buffers;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Tells whether bytes are what a blob's id promises. Safe to share between threads.</summary>
internal sealed class BlobVerifier(ZstdDecompressors decompressors, MemoryPool<byte> buffers)
{
    /// <summary>Writes a blob's plain content.</summary>
    /// <param name="bytes">The content, or a zstd frame of it.</param>
    /// <param name="isCompressed">True if the bytes are a frame.</param>
    /// <param name="plain">As long as the content must be.</param>
    /// <returns>False if the content has another length or cannot be decompressed.</returns>
    public bool TryGetPlain(ReadOnlySpan<byte> bytes, bool isCompressed, Span<byte> plain)
    {
        if (isCompressed)
        {
            return decompressors.TryDecompress(bytes, plain);
        }

        return bytes.TryCopyTo(plain) && bytes.Length == plain.Length;
    }

    /// <summary>Says whether the content has the length and the hash that it must have.</summary>
    /// <param name="id">The hash.</param>
    /// <param name="bytes">The content, or a zstd frame of it.</param>
    /// <param name="isCompressed">True if the bytes are a frame.</param>
    /// <param name="plainLength">The length.</param>
    public bool IsIntact(BlobId id, ReadOnlySpan<byte> bytes, bool isCompressed, int plainLength)
    {
        if (!isCompressed)
        {
            return bytes.Length == plainLength && HasHash(id, bytes);
        }

        using IMemoryOwner<byte> buffer = buffers.Rent(plainLength);
        Span<byte> plain = buffer.Memory.Span[..plainLength];
        return decompressors.TryDecompress(bytes, plain) && HasHash(id, plain);
    }

    /// <summary>Says whether plain content has this hash.</summary>
    public static bool HasHash(BlobId id, ReadOnlySpan<byte> plain)
    {
        Span<byte> hash = stackalloc byte[Sha256Hash.Size];
        SHA256.HashData(plain, hash);
        return new Sha256Hash(hash) == id.Hash;
    }
}
