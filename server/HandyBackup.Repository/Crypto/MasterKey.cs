using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HandyBackup.Repository;

/// <summary>
/// The repository's master key: AES-256-CTR for secrecy, Poly1305-AES for authenticity (restic's doc/design.rst, "Keys, Encryption and MAC").
/// Sealed bytes are IV (16) ‖ ciphertext ‖ MAC (16). Safe to share between threads.
/// </summary>
public sealed class MasterKey : IDisposable
{
    /// <summary>How much longer sealed bytes are than plain ones: 32.</summary>
    public const int Overhead = 32;

    /// <summary>Bytes that make a key without its JSON: 32 for AES, then 16 for <c>k</c> and 16 for <c>r</c> of Poly1305-AES.</summary>
    internal const int KeyMaterialSize = 64;

    private const int IvSize = CounterModeCipher.BlockSize;
    private const int MacSize = 16;
    private const int OneTimeKeySize = 32;

    private readonly byte[] _encryptionKey;
    private readonly byte[] _macKeyK;
    private readonly byte[] _macKeyR;

    // Key schedules cost more than a small blob, so ciphers are kept; there are as many as threads ever worked at once.
    private readonly ConcurrentBag<CounterModeCipher> _idleCiphers = [];
    private volatile bool _isDisposed;

    private MasterKey(ReadOnlySpan<byte> encryptionKey, ReadOnlySpan<byte> macKeyK, ReadOnlySpan<byte> macKeyR)
    {
        _encryptionKey = encryptionKey.ToArray();
        _macKeyK = macKeyK.ToArray();
        _macKeyR = macKeyR.ToArray();
        MaskMacKey(_macKeyR);
    }

    /// <summary>Makes a new random key.</summary>
    internal static MasterKey Create()
    {
        Span<byte> material = stackalloc byte[KeyMaterialSize];
        RandomNumberGenerator.Fill(material);
        MasterKey key = FromKeyMaterial(material);
        CryptographicOperations.ZeroMemory(material);
        return key;
    }

    /// <summary>Takes the 64 bytes that scrypt derives from a password: the key that seals the master key in a key file.</summary>
    /// <exception cref="ArgumentException">There are not exactly 64.</exception>
    internal static MasterKey FromKeyMaterial(ReadOnlySpan<byte> material)
    {
        if (material.Length != KeyMaterialSize)
        {
            throw new ArgumentException("A key is made of 64 bytes.", nameof(material));
        }

        return new MasterKey(material.Slice(0, 32), material.Slice(32, 16), material.Slice(48, 16));
    }

    /// <summary>Parses the JSON that a key file seals: <c>{"mac":{"k":…,"r":…},"encrypt":…}</c>.</summary>
    /// <param name="json">The JSON; the caller clears it.</param>
    /// <param name="key">The key.</param>
    /// <returns>False if the JSON is anything else, or a part of the key is all zeros, which restic refuses too (internal/crypto/crypto.go).</returns>
    internal static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out MasterKey? key)
    {
        key = null;
        Fields? fields;
        try
        {
            fields = JsonSerializer.Deserialize(json, MasterKeyJson.Default.Fields);
        }
        catch (JsonException)
        {
            return false;
        }

        if (fields is not { Encrypt: { Length: 32 } encrypt, Mac: { K: { Length: 16 } k, R: { Length: 16 } r } })
        {
            return false;
        }

        bool isUsable = encrypt.AsSpan().ContainsAnyExcept((byte)0) && k.AsSpan().ContainsAnyExcept((byte)0) && r.AsSpan().ContainsAnyExcept((byte)0);
        key = isUsable ? new MasterKey(encrypt, k, r) : null;
        CryptographicOperations.ZeroMemory(encrypt);
        CryptographicOperations.ZeroMemory(k);
        CryptographicOperations.ZeroMemory(r);
        return isUsable;
    }

    /// <summary>The key as the JSON that a key file seals. The caller clears it after use.</summary>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new Fields { Mac = new MacFields { K = _macKeyK, R = _macKeyR }, Encrypt = _encryptionKey }, MasterKeyJson.Default.Fields);

    /// <summary>Derives 32 bytes for another purpose: HMAC-SHA256 of the label under the encryption key. Knowing them tells nothing about the key.</summary>
    internal byte[] DeriveBytes(string label) => HMACSHA256.HashData(_encryptionKey, Encoding.UTF8.GetBytes(label));

    /// <summary>Encrypts and authenticates with a fresh random IV.</summary>
    /// <param name="plain">The plain bytes; may be the part of <paramref name="destination"/> that starts at 16 and is then encrypted in place.</param>
    /// <param name="destination">Receives exactly <c>plain.Length + Overhead</c> bytes.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public unsafe void Seal(ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        if (destination.Length < plain.Length + Overhead)
        {
            throw new ArgumentException("The destination has no room for the sealed bytes.", nameof(destination));
        }

        Span<byte> iv = destination.Slice(0, IvSize);
        Span<byte> cipherText = destination.Slice(IvSize, plain.Length);
        Span<byte> oneTimeKey = stackalloc byte[OneTimeKeySize];
        byte* memory = stackalloc byte[Libsodium.OneTimeAuthStateSize + 16];
        byte* state = (byte*)(((nint)memory + 15) & ~15);
        CounterModeCipher cipher = Rent();

        // A plain text that begins in place of the IV would be overwritten by it; the contract allows only the one that begins after it.
        // Asked for one at a time, though a stock would be quicker: a machine that is set back to a snapshot of its memory would use that stock twice.
        RandomNumberGenerator.Fill(iv);
        FillOneTimeKey(cipher, iv, oneTimeKey);
        fixed (byte* key = oneTimeKey, text = cipherText, tag = destination.Slice(IvSize + plain.Length, MacSize))
        {
            Libsodium.StartOneTimeAuth(state, key);
            // Part by part, so that each is authenticated while it is still in the first-level cache.
            for (int offset = 0; offset < plain.Length; offset += CounterModeCipher.PartSize)
            {
                int length = Math.Min(CounterModeCipher.PartSize, plain.Length - offset);
                cipher.Apply(iv, offset / CounterModeCipher.BlockSize, plain.Slice(offset, length), cipherText.Slice(offset, length));
                Libsodium.AddOneTimeAuth(state, text + offset, length);
            }

            Libsodium.EndOneTimeAuth(state, tag);
        }

        CryptographicOperations.ZeroMemory(oneTimeKey);
        Return(cipher);
    }

    /// <summary>Verifies and decrypts. Touches <paramref name="destination"/> only if the MAC is right.</summary>
    /// <param name="sealedBytes">IV, ciphertext and MAC.</param>
    /// <param name="destination">Receives <c>sealedBytes.Length - Overhead</c> bytes; may be the ciphertext's own place.</param>
    /// <returns>False if the bytes are too short or the MAC is wrong.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, Span<byte> destination)
    {
        if (sealedBytes.Length < Overhead)
        {
            return false;
        }

        ReadOnlySpan<byte> iv = sealedBytes.Slice(0, IvSize);
        ReadOnlySpan<byte> cipherText = sealedBytes.Slice(IvSize, sealedBytes.Length - Overhead);
        if (destination.Length < cipherText.Length)
        {
            throw new ArgumentException("The destination has no room for the plain bytes.", nameof(destination));
        }

        CounterModeCipher cipher = Rent();
        bool isAuthentic = IsAuthentic(cipher, iv, cipherText, sealedBytes.Slice(sealedBytes.Length - MacSize));
        if (isAuthentic)
        {
            cipher.Apply(iv, 0, cipherText, destination);
        }

        Return(cipher);
        return isAuthentic;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idleCiphers.TryTake(out CounterModeCipher? cipher))
        {
            cipher.Dispose();
        }

        CryptographicOperations.ZeroMemory(_encryptionKey);
        CryptographicOperations.ZeroMemory(_macKeyK);
        CryptographicOperations.ZeroMemory(_macKeyR);
    }

    private unsafe bool IsAuthentic(CounterModeCipher cipher, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> cipherText, ReadOnlySpan<byte> mac)
    {
        Span<byte> oneTimeKey = stackalloc byte[OneTimeKeySize];
        FillOneTimeKey(cipher, iv, oneTimeKey);
        bool isAuthentic;
        fixed (byte* key = oneTimeKey, text = cipherText, tag = mac)
        {
            isAuthentic = Libsodium.VerifyOneTimeAuth(tag, text, cipherText.Length, key);
        }

        CryptographicOperations.ZeroMemory(oneTimeKey);
        return isAuthentic;
    }

    private void FillOneTimeKey(CounterModeCipher cipher, ReadOnlySpan<byte> nonce, Span<byte> oneTimeKey)
    {
        _macKeyR.CopyTo(oneTimeKey);
        cipher.EncryptNonce(nonce, oneTimeKey.Slice(16));
    }

    private CounterModeCipher Rent()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _idleCiphers.TryTake(out CounterModeCipher? cipher) ? cipher : new CounterModeCipher(_encryptionKey, _macKeyK);
    }

    private void Return(CounterModeCipher cipher)
    {
        if (_isDisposed)
        {
            cipher.Dispose();
            return;
        }

        _idleCiphers.Add(cipher);
    }

    // Poly1305 demands these bits to be zero (https://cr.yp.to/mac/poly1305-20050329.pdf, section 2).
    private static void MaskMacKey(byte[] r)
    {
        for (int i = 3; i < r.Length; i += 4)
        {
            r[i] &= 0x0F;
        }

        for (int i = 4; i < r.Length; i += 4)
        {
            r[i] &= 0xFC;
        }
    }

    /// <summary>The JSON of a master key, as restic names it (internal/crypto/crypto.go).</summary>
    internal sealed record Fields
    {
        public MacFields? Mac { get; init; }

        public byte[]? Encrypt { get; init; }
    }

    /// <summary>The part of it that Poly1305-AES uses.</summary>
    internal sealed record MacFields
    {
        public byte[]? K { get; init; }

        public byte[]? R { get; init; }
    }
}
