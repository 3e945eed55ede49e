using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What is inside an API token: <c>HBT1-</c>, its id (16 hexadecimal digits), a hyphen, and its secret (64 digits).</summary>
/// <param name="Id">The id. No secret.</param>
/// <param name="SecretHash">The SHA-256 of the secret: 256 random bits, so a plain hash tells nothing of it.</param>
internal sealed record ApiTokenText(string Id, Sha256Hash SecretHash)
{
    private const string Prefix = "HBT1";
    private const int IdSize = 8;
    private const int SecretSize = 32;

    /// <summary>Makes a token.</summary>
    public static (ApiTokenText Token, Secret Text) Create()
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdSize));
        byte[] secret = RandomNumberGenerator.GetBytes(SecretSize);
        var text = new Secret { Value = $"{Prefix}-{id}-{Convert.ToHexStringLower(secret)}" };
        return (new ApiTokenText(id, new Sha256Hash(SHA256.HashData(secret))), text);
    }

    /// <summary>Reads a token; false if the text is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiTokenText? token)
    {
        token = null;
        byte[] secret = new byte[SecretSize];
        if (text?.Trim().ToLowerInvariant().Split('-') is not [var prefix, { Length: IdSize * 2 } id, { Length: SecretSize * 2 } digits]
            || !string.Equals(prefix, Prefix, StringComparison.OrdinalIgnoreCase)
            || Convert.FromHexString(digits, secret, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        token = new ApiTokenText(id, new Sha256Hash(SHA256.HashData(secret)));
        CryptographicOperations.ZeroMemory(secret);
        return true;
    }

    /// <summary>True if this is the token that the hash was kept of; takes as long wherever they differ.</summary>
    public bool Fits(Sha256Hash kept)
    {
        Span<byte> shown = stackalloc byte[Sha256Hash.Size];
        Span<byte> expected = stackalloc byte[Sha256Hash.Size];
        SecretHash.CopyTo(shown);
        kept.CopyTo(expected);
        return CryptographicOperations.FixedTimeEquals(shown, expected);
    }

    /// <summary>The id alone.</summary>
    public override string ToString() => Id;
}
