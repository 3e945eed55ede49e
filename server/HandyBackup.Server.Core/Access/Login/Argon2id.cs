using System.Runtime.InteropServices;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Argon2id (RFC 9106) by libsodium, whose text form holds salt and costs. Synchronous, slow by intent; safe to call from several threads.</summary>
internal static partial class Argon2id
{
    /// <summary>The length in bytes of the salt of a key.</summary>
    public const int SaltSize = 16;

    private const string Library = "libsodium";

    // crypto_pwhash_STRBYTES: the text with its closing zero.
    private const int TextSize = 128;

    // crypto_pwhash_ALG_ARGON2ID13
    private const int Version13 = 2;

    static Argon2id() => Sodium.Initialize();

    /// <summary>Hashes a password with a salt of its own.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InternalError"/> if the memory for it is not there.</exception>
    public static string Hash(ReadOnlySpan<byte> password, PasswordCost cost)
    {
        Span<byte> text = stackalloc byte[TextSize];
        if (crypto_pwhash_str(text, password, (ulong)password.Length, (ulong)cost.Passes, (nuint)cost.MemoryBytes) != 0)
        {
            throw NoMemory();
        }

        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
    }

    /// <summary>True if a hash is that of a password; takes as long wherever they differ.</summary>
    public static bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        Span<byte> text = stackalloc byte[TextSize];
        text.Clear();
        return hash.Length < TextSize
            && Encoding.ASCII.TryGetBytes(hash, text, out _)
            && crypto_pwhash_str_verify(text, password, (ulong)password.Length) == 0;
    }

    /// <summary>Makes a key out of a password.</summary>
    /// <param name="key">Receives the key: 16 bytes at least.</param>
    /// <param name="password">The password.</param>
    /// <param name="salt">Random bytes, as many as <see cref="SaltSize"/> says.</param>
    /// <param name="cost">What guessing costs.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InternalError"/> if the memory for it is not there.</exception>
    public static void DeriveKey(Span<byte> key, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, PasswordCost cost)
    {
        if (crypto_pwhash(key, (ulong)key.Length, password, (ulong)password.Length, salt, (ulong)cost.Passes, (nuint)cost.MemoryBytes, Version13) != 0)
        {
            throw NoMemory();
        }
    }

    private static HandyBackupException NoMemory() =>
        new(ErrorCode.InternalError, "There is not enough memory to hash a password.") { Advice = "Try again.", IsTransient = true };

    [LibraryImport(Library)]
    private static partial int crypto_pwhash(Span<byte> key, ulong keyLength, ReadOnlySpan<byte> password, ulong length, ReadOnlySpan<byte> salt, ulong passes, nuint memory, int algorithm);

    [LibraryImport(Library)]
    private static partial int crypto_pwhash_str(Span<byte> text, ReadOnlySpan<byte> password, ulong length, ulong passes, nuint memory);

    [LibraryImport(Library)]
    private static partial int crypto_pwhash_str_verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> password, ulong length);
}
