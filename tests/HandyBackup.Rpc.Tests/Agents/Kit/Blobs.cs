using System.Buffers;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Tests.Agents.Kit;

/// <summary>Blobs of random content that a number brings back.</summary>
internal static class Blobs
{
    /// <summary>A blob in a buffer of a pool.</summary>
    public static BlobPayload Make(byte[] content, MemoryPool<byte> pool, BlobType type = BlobType.Data)
    {
        IMemoryOwner<byte> owner = pool.Rent(Math.Max(1, content.Length));
        content.CopyTo(owner.Memory);
        return new BlobPayload(IdOf(content), type, content.Length, isCompressed: false, owner, content.Length);
    }

    public static BlobId IdOf(ReadOnlySpan<byte> content) => new(new Sha256Hash(SHA256.HashData(content)));

    /// <summary>Content of a length, always the same for the same seed.</summary>
    public static byte[] Content(int seed, int length)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }
}
