using System.Runtime.InteropServices;

namespace HandyBackup.Repository;

/// <summary>The few functions that are taken from libsodium (https://doc.libsodium.org). All are safe to call from several threads.</summary>
internal static unsafe partial class Libsodium
{
    private const string Library = "libsodium";

    // libsodium picks the fastest code for this processor here. It may be called more than once; a negative result means no random source.
    static Libsodium()
    {
        if (sodium_init() < 0)
        {
            throw new InvalidOperationException("libsodium could not be initialised.");
        }
    }

    /// <summary>Size of the state of a Poly1305 computation in bytes; its address must be a multiple of 16.</summary>
    public const int OneTimeAuthStateSize = 256;

    /// <summary>Starts Poly1305 with a 32-byte one-time key.</summary>
    public static void StartOneTimeAuth(void* state, byte* key) => _ = crypto_onetimeauth_init(state, key);

    /// <summary>Adds bytes to a started Poly1305.</summary>
    public static void AddOneTimeAuth(void* state, byte* input, int length) => _ = crypto_onetimeauth_update(state, input, (ulong)length);

    /// <summary>Ends a started Poly1305 and writes the 16-byte tag.</summary>
    public static void EndOneTimeAuth(void* state, byte* tag) => _ = crypto_onetimeauth_final(state, tag);

    /// <summary>Compares a 16-byte Poly1305 tag in constant time.</summary>
    public static bool VerifyOneTimeAuth(byte* tag, byte* input, int length, byte* key) =>
        crypto_onetimeauth_verify(tag, input, (ulong)length, key) == 0;

    [LibraryImport(Library)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    [SuppressGCTransition]
    private static partial int crypto_onetimeauth_init(void* state, byte* key);

    [LibraryImport(Library)]
    private static partial int crypto_onetimeauth_update(void* state, byte* input, ulong length);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    private static partial int crypto_onetimeauth_final(void* state, byte* tag);

    [LibraryImport(Library)]
    private static partial int crypto_onetimeauth_verify(byte* tag, byte* input, ulong length, byte* key);
}
