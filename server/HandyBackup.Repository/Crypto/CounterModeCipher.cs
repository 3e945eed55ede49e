using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Security.Cryptography;

namespace HandyBackup.Repository;

/// <summary>
/// AES in counter mode, and the one AES block that Poly1305-AES needs. .NET has no counter mode, so batches of counter blocks go
/// through ECB and are XORed with the data: the platform's AES works on many blocks at once. Not safe to share: see <see cref="MasterKey"/>.
/// </summary>
internal sealed class CounterModeCipher : IDisposable
{
    /// <summary>AES block size and IV size in bytes.</summary>
    public const int BlockSize = 16;

    // Two buffers of this size stay in the first-level cache.
    private const int BatchSize = 8192;

    private readonly ICryptoTransform _encryption;
    private readonly ICryptoTransform _nonceEncryption;
    private readonly byte[] _keyStream = new byte[BatchSize];

    /// <summary>Sets up both keys.</summary>
    /// <param name="encryptionKey">32 bytes.</param>
    /// <param name="nonceKey">16 bytes: the <c>k</c> of Poly1305-AES.</param>
    public CounterModeCipher(byte[] encryptionKey, byte[] nonceKey)
    {
        _encryption = CreateTransform(encryptionKey);
        _nonceEncryption = CreateTransform(nonceKey);
    }

    /// <summary>The largest part that is worth handing to <see cref="Apply"/> at once while the part is still to be authenticated.</summary>
    public static int PartSize => BatchSize;

    /// <summary>Encrypts or decrypts: in counter mode both are the same.</summary>
    /// <param name="iv">16 bytes: the first counter block.</param>
    /// <param name="firstBlock">How many blocks were handled before, if data comes in parts.</param>
    /// <param name="source">The data.</param>
    /// <param name="destination">As long as the source; may be the source itself.</param>
    public void Apply(ReadOnlySpan<byte> iv, long firstBlock, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(iv);
        ulong low = BinaryPrimitives.ReadUInt64BigEndian(iv.Slice(8));
        Advance(ref high, ref low, (ulong)firstBlock);
        while (source.Length > 0)
        {
            int length = Math.Min(source.Length, BatchSize);
            int blocks = (length + BlockSize - 1) / BlockSize;
            FillCounters(high, low, blocks);
            Advance(ref high, ref low, (ulong)blocks);
            _encryption.TransformBlock(_keyStream, 0, blocks * BlockSize, _keyStream, 0);
            TensorPrimitives.Xor(source.Slice(0, length), _keyStream.AsSpan(0, length), destination);
            source = source.Slice(length);
            destination = destination.Slice(length);
        }
    }

    /// <summary>Encrypts the 16-byte nonce with the nonce key: the second half of Poly1305's one-time key.</summary>
    public void EncryptNonce(ReadOnlySpan<byte> nonce, Span<byte> destination)
    {
        nonce.CopyTo(_keyStream);
        _nonceEncryption.TransformBlock(_keyStream, 0, BlockSize, _keyStream, 0);
        _keyStream.AsSpan(0, BlockSize).CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encryption.Dispose();
        _nonceEncryption.Dispose();
        CryptographicOperations.ZeroMemory(_keyStream);
    }

    private static ICryptoTransform CreateTransform(byte[] key)
    {
        using Aes aes = Aes.Create();
        // Only as a block function under the counter: what ECB leaks cannot happen, since no counter block comes twice.
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;
        return aes.CreateEncryptor(key, null);
    }

    private static void Advance(ref ulong high, ref ulong low, ulong blocks)
    {
        ulong sum = low + blocks;
        high += sum < low ? 1u : 0u;
        low = sum;
    }

    private void FillCounters(ulong high, ulong low, int blocks)
    {
        Span<byte> counters = _keyStream;
        for (int i = 0; i < blocks; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(counters.Slice(i * BlockSize), high);
            BinaryPrimitives.WriteUInt64BigEndian(counters.Slice((i * BlockSize) + 8), low);
            Advance(ref high, ref low, 1);
        }
    }
}
