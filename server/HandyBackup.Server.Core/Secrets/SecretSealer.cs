using System.Security.Cryptography;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// Seals secrets for the catalog with AES-256-GCM under the server's key. A sealed secret opens only in the context that it was sealed for, so
/// that nobody who can write the catalog can move one repository's password to another. Layout: version (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
/// Safe to share between threads.
/// </summary>
internal sealed class SecretSealer : IDisposable
{
    /// <summary>The length of the key in bytes.</summary>
    public const int KeySize = 32;

    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    // OpenSSL's cipher holds key and nonce of the call that uses it: two at once would mix them.
    private readonly Lock _using = new();
    private readonly AesGcm _cipher;

    /// <summary>Uses a key of 32 bytes; the caller may clear it afterwards.</summary>
    public SecretSealer(ReadOnlySpan<byte> key) => _cipher = new AesGcm(key, TagSize);

    /// <summary>The context of a repository's password.</summary>
    public static string RepositoryPassword(string repositoryId) => "repository-password:" + repositoryId;

    /// <summary>The context of a task's secret options.</summary>
    public static string TaskOptions(Guid taskId) => "task-options:" + taskId.ToString();

    /// <summary>The context of the private key that belongs to a certificate of ours.</summary>
    public static string CertificateKey(Sha256Hash certificate) => "certificate-key:" + certificate.ToString();

    /// <summary>Seals a text.</summary>
    public byte[] Seal(string secret, string context)
    {
        byte[] plain = Encoding.UTF8.GetBytes(secret);
        byte[] result = Seal(plain, context);
        CryptographicOperations.ZeroMemory(plain);
        return result;
    }

    /// <summary>Seals bytes; the caller may clear them afterwards.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string context)
    {
        byte[] result = new byte[1 + NonceSize + plain.Length + TagSize];
        result[0] = Version;
        Span<byte> nonce = result.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        lock (_using)
        {
            _cipher.Encrypt(nonce, plain, result.AsSpan(1 + NonceSize, plain.Length), result.AsSpan(1 + NonceSize + plain.Length), Encoding.UTF8.GetBytes(context));
        }

        return result;
    }

    /// <summary>Opens a text.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerKeyUnusable"/> if it was sealed by another key or for another context, or was altered.</exception>
    public string Open(ReadOnlySpan<byte> sealedSecret, string context)
    {
        byte[] plain = OpenBytes(sealedSecret, context);
        string text = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return text;
    }

    /// <summary>Opens bytes; the caller clears them when it has used them.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerKeyUnusable"/> if they were sealed by another key or for another context, or were altered.</exception>
    public byte[] OpenBytes(ReadOnlySpan<byte> sealedSecret, string context)
    {
        if (sealedSecret.Length < 1 + NonceSize + TagSize || sealedSecret[0] != Version)
        {
            throw Unusable(context, null);
        }

        ReadOnlySpan<byte> nonce = sealedSecret.Slice(1, NonceSize);
        ReadOnlySpan<byte> cipherText = sealedSecret[(1 + NonceSize)..^TagSize];
        byte[] plain = new byte[cipherText.Length];
        try
        {
            lock (_using)
            {
                _cipher.Decrypt(nonce, cipherText, sealedSecret[^TagSize..], plain, Encoding.UTF8.GetBytes(context));
            }

            return plain;
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw Unusable(context, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    private static HandyBackupException Unusable(string context, Exception? cause) =>
        new(ErrorCode.ServerKeyUnusable, $"The sealed secret '{context}' was not sealed by this server's key, or was altered.", cause)
        {
            Target = context,
            Advice = ServerKeyFile.Advice,
        };
}
