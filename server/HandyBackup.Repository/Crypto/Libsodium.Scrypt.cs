using System.Runtime.InteropServices;

namespace HandyBackup.Repository;

internal static unsafe partial class Libsodium
{
    /// <summary>Runs scrypt (RFC 7914) and fills the result. False if the memory it needs cannot be had.</summary>
    public static bool TryScrypt(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ScryptCost cost, Span<byte> result)
    {
        fixed (byte* passwordBytes = password, saltBytes = salt, resultBytes = result)
        {
            return crypto_pwhash_scryptsalsa208sha256_ll(
                passwordBytes, (nuint)password.Length, saltBytes, (nuint)salt.Length, (ulong)cost.N, (uint)cost.R, (uint)cost.P, resultBytes, (nuint)result.Length) == 0;
        }
    }

    [LibraryImport(Library)]
    private static partial int crypto_pwhash_scryptsalsa208sha256_ll(
        byte* password, nuint passwordLength, byte* salt, nuint saltLength, ulong n, uint r, uint p, byte* result, nuint resultLength);
}
