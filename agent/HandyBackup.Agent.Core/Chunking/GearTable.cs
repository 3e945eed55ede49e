using System.Buffers.Binary;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Chunking;

/// <summary>
/// The 256 random words that a gear hash adds up, one for each value of a byte, made from a repository's chunking key. Immutable, safe to share.
/// </summary>
/// <remarks>
/// Keyed, because the lengths of the chunks are visible to whoever sees the repository, encrypted or not: with a public table he could cut a known
/// file himself and tell from the lengths that it is in there.
/// </remarks>
public sealed class GearTable
{
    /// <summary>The length of a chunking key in bytes.</summary>
    public const int KeySize = 32;

    private const int WordsPerHash = SHA256.HashSizeInBytes / sizeof(ulong);

    private readonly ulong[] _words = new ulong[256];

    /// <summary>Derives the words: HMAC-SHA-256 of a counter under the key.</summary>
    /// <param name="key">32 secret bytes.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if the key has another length.</exception>
    public GearTable(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The chunking key has {key.Length} bytes instead of {KeySize}.")
            {
                Target = nameof(BackupOrder.ChunkerKey),
            };
        }

        Span<byte> counter = stackalloc byte[sizeof(int)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (int i = 0; i < _words.Length; i += WordsPerHash)
        {
            BinaryPrimitives.WriteInt32LittleEndian(counter, i);
            HMACSHA256.HashData(key, counter, hash);
            for (int j = 0; j < WordsPerHash; j++)
            {
                _words[i + j] = BinaryPrimitives.ReadUInt64LittleEndian(hash.Slice(j * sizeof(ulong)));
            }
        }
    }

    internal ReadOnlySpan<ulong> Words => _words;
}
