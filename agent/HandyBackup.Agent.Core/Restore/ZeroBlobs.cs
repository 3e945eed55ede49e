using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Knows the ids of blobs that hold nothing but zeros: large holes are made of them, and need not be fetched. For one thread at a time.</summary>
internal sealed class ZeroBlobs
{
    // A repository has one or two lengths of them; the rest is somebody's attempt to fill the memory.
    private const int MostLengths = 64;
    private const int Step = 64 * 1024;

    private static readonly byte[] s_zeros = new byte[Step];

    private readonly Dictionary<long, BlobId> _idByLength = [];

    /// <summary>True if a blob of this length has the id that zeros have. Hashes as many zeros, once for each length.</summary>
    public bool IsZeros(BlobId id, long length)
    {
        if (!_idByLength.TryGetValue(length, out BlobId zeros))
        {
            if (_idByLength.Count == MostLengths)
            {
                _idByLength.Clear();
            }

            zeros = HashZeros(length);
            _idByLength.Add(length, zeros);
        }

        return zeros == id;
    }

    private static BlobId HashZeros(long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (; length > 0; length -= Step)
        {
            hash.AppendData(s_zeros.AsSpan(0, (int)Math.Min(length, Step)));
        }

        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        _ = hash.GetHashAndReset(result);
        return new BlobId(new Sha256Hash(result));
    }
}
