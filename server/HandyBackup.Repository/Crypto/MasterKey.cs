namespace HandyBackup.Repository;

/// <summary>
/// The repository's master key: AES-256-CTR for secrecy, Poly1305-AES for authenticity (restic's doc/design.rst, "Keys, Encryption and MAC").
/// Sealed bytes are IV (16) ‖ ciphertext ‖ MAC (16). Safe to share between threads.
/// </summary>
public sealed class MasterKey : IDisposable
{
    /// <summary>How much longer sealed bytes are than plain ones: 32.</summary>
    public const int Overhead = 32;

    private MasterKey() => throw new NotSupportedException();

    /// <summary>Encrypts and authenticates with a fresh random IV.</summary>
    /// <param name="plain">The plain bytes; may be the part of <paramref name="destination"/> that starts at 16 and is then encrypted in place.</param>
    /// <param name="destination">Receives exactly <c>plain.Length + Overhead</c> bytes.</param>
    public void Seal(ReadOnlySpan<byte> plain, Span<byte> destination) => throw new NotSupportedException();

    /// <summary>Verifies and decrypts. Touches <paramref name="destination"/> only if the MAC is right.</summary>
    /// <param name="sealedBytes">IV, ciphertext and MAC.</param>
    /// <param name="destination">Receives <c>sealedBytes.Length - Overhead</c> bytes; may be the ciphertext's own place.</param>
    /// <returns>False if the bytes are too short or the MAC is wrong.</returns>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, Span<byte> destination) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
