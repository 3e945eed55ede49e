using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>Names for what is not complete yet. Each ends with 0.</summary>
internal static class TemporaryName
{
    private const int Digits = 24;

    private static readonly SearchValues<byte> s_digits = SearchValues.Create("0123456789abcdef"u8);

    private static ReadOnlySpan<byte> Prefix => ".handybackup-"u8;

    private static ReadOnlySpan<byte> PartPrefix => "part-"u8;

    /// <summary>A new name. Nobody can guess it, so nobody can plant something there beforehand.</summary>
    public static byte[] Next() => Encoding.ASCII.GetBytes($".handybackup-{RandomNumberGenerator.GetHexString(Digits, lowercase: true)}\0");

    /// <summary>The name under which the content of a file is gathered, the same each time. What stands there is only taken if nobody else could have made it.</summary>
    public static byte[] ForPart(ReadOnlySpan<byte> terminatedName) => Encoding.ASCII.GetBytes($".handybackup-part-{Digest(terminatedName)}\0");

    /// <summary>The name that an existing file has while it is updated, the same each time.</summary>
    public static byte[] ForAside(ReadOnlySpan<byte> terminatedName) => Encoding.ASCII.GetBytes($".handybackup-base-{Digest(terminatedName)}\0");

    /// <summary>True for the names of content that is being gathered, without their final 0.</summary>
    public static bool IsOfContent(ReadOnlySpan<byte> name)
    {
        if (!name.StartsWith(Prefix))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = name[Prefix.Length..];
        rest = rest.StartsWith(PartPrefix) ? rest[PartPrefix.Length..] : rest;
        return rest.Length == Digits && !rest.ContainsAnyExcept(s_digits);
    }

    // A digest, because the name itself may be as long as a name can be.
    private static string Digest(ReadOnlySpan<byte> terminatedName)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(terminatedName, hash);
        return Convert.ToHexStringLower(hash[..(Digits / 2)]);
    }
}
