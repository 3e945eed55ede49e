using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace HandyBackup.Repository;

/// <summary>Makes key files, reads them, and opens what they seal.</summary>
internal static class KeyFileCodec
{
    private const string ScryptName = "scrypt";

    // The JSON of a master key has some 150 bytes. More is not read, less cannot be one.
    private const int MostData = 4096;

    /// <summary>Seals a master key with a password. Takes as long as the cost says.</summary>
    public static byte[] Create(MasterKey masterKey, string password, ScryptCost cost, DateTimeOffset created, string userName, string hostName)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(Scrypt.SaltLength);
        byte[] json = masterKey.ToJson();
        byte[] data = new byte[json.Length + MasterKey.Overhead];
        using (MasterKey passwordKey = Scrypt.DeriveKey(password, salt, cost))
        {
            passwordKey.Seal(json, data);
        }

        CryptographicOperations.ZeroMemory(json);
        var file = new KeyFile
        {
            Created = created,
            UserName = userName,
            HostName = hostName,
            Kdf = ScryptName,
            N = cost.N,
            R = cost.R,
            P = cost.P,
            Salt = salt,
            Data = data,
        };
        return JsonSerializer.SerializeToUtf8Bytes(file, KeyFileJson.Default.KeyFile);
    }

    /// <summary>Reads a key file, and refuses what cannot be opened or must not be tried.</summary>
    /// <param name="content">The file.</param>
    /// <param name="file">What it says.</param>
    /// <param name="fault">What is wrong, as the end of a sentence that begins with the file.</param>
    /// <returns>False if something is wrong.</returns>
    public static bool TryParse(ReadOnlySpan<byte> content, [NotNullWhen(true)] out KeyFile? file, [NotNullWhen(false)] out string? fault)
    {
        file = null;
        KeyFile? parsed;
        try
        {
            parsed = JsonSerializer.Deserialize(content, KeyFileJson.Default.KeyFile);
        }
        catch (JsonException)
        {
            fault = "is not the JSON of a key";
            return false;
        }

        fault = parsed switch
        {
            not { Kdf: not null, Salt: not null, Data: not null } => "is not the JSON of a key",
            { Kdf: not ScryptName } => "uses another derivation than scrypt",
            { Salt.Length: not Scrypt.SaltLength } => $"has a salt of {parsed.Salt.Length} bytes instead of {Scrypt.SaltLength}",
            { Data.Length: <= MasterKey.Overhead or > MostData } => $"seals {parsed.Data.Length} bytes, which cannot be a master key",
            _ when !Scrypt.IsAcceptable(CostOf(parsed)) => $"asks for absurd scrypt parameters (N={parsed.N}, r={parsed.R}, p={parsed.P})",
            _ => null,
        };
        file = fault is null ? parsed : null;
        return file is not null;
    }

    /// <summary>Opens the master key with a password. Takes as long as the file's cost says.</summary>
    /// <param name="file">A file that <see cref="TryParse"/> accepted.</param>
    /// <param name="password">The password.</param>
    /// <param name="masterKey">The master key; null if the password is right but what it opens is no master key.</param>
    /// <returns>False if the password does not open the file.</returns>
    public static bool TryOpen(KeyFile file, string password, out MasterKey? masterKey)
    {
        masterKey = null;
        byte[] json = new byte[file.Data.Length - MasterKey.Overhead];
        using MasterKey passwordKey = Scrypt.DeriveKey(password, file.Salt, CostOf(file));
        if (!passwordKey.TryOpen(file.Data, json))
        {
            return false;
        }

        _ = MasterKey.TryParse(json, out masterKey);
        CryptographicOperations.ZeroMemory(json);
        return true;
    }

    private static ScryptCost CostOf(KeyFile file) => new(file.N, file.R, file.P);
}
