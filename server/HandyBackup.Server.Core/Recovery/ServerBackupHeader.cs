using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HandyBackup.Server.Core;

/// <summary>
/// What a server's backup begins with; all numbers little-endian. <c>HBSERVER</c>, version (4), passes (4) and memory in KiB (4) of Argon2id, salt (16), the header of the
/// secretstream (24), key check (32), SHA-256 of all before (32). The key check is the HMAC-SHA256 of all before it; so a wrong password is told from damage, and
/// one file cannot open with two passwords.
/// </summary>
internal sealed class ServerBackupHeader
{
    /// <summary>The version that this program writes, and the only one that it reads.</summary>
    public const uint Version = 1;

    /// <summary>The length in bytes.</summary>
    public const int Size = HashAt + SHA256.HashSizeInBytes;

    private const int VersionAt = 8;
    private const int PassesAt = 12;
    private const int MemoryAt = 16;
    private const int SaltAt = 20;
    private const int StreamAt = SaltAt + Argon2id.SaltSize;
    private const int CheckAt = StreamAt + SecretStream.HeaderSize;
    private const int HashAt = CheckAt + HMACSHA256.HashSizeInBytes;
    private const int CheckKeySize = 32;

    // Whoever wrote the file decides how much memory its password takes: not more than this.
    private const uint MaximumPasses = 16;
    private const uint MinimumMemory = 8;
    private const uint MaximumMemory = 1 << 20;

    private readonly byte[] _bytes;

    private ServerBackupHeader(byte[] bytes) => _bytes = bytes;

    /// <summary>All of it: the first chunk is bound to it.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    private static ReadOnlySpan<byte> Magic => "HBSERVER"u8;

    /// <summary>Makes a header and begins to seal.</summary>
    /// <param name="password">The password; the caller may clear it afterwards.</param>
    /// <param name="cost">What guessing the password shall cost.</param>
    public static (ServerBackupHeader Header, SecretStream Stream) Create(ReadOnlySpan<byte> password, PasswordCost cost)
    {
        byte[] bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(VersionAt), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(PassesAt), (uint)cost.Passes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(MemoryAt), (uint)(cost.MemoryBytes / 1024));
        RandomNumberGenerator.Fill(bytes.AsSpan(SaltAt, Argon2id.SaltSize));
        byte[] keys = DeriveKeys(bytes, password);
        try
        {
            SecretStream stream = SecretStream.BeginSealing(keys.AsSpan(0, SecretStream.KeySize), bytes.AsSpan(StreamAt, SecretStream.HeaderSize));
            HMACSHA256.HashData(keys.AsSpan(SecretStream.KeySize), bytes.AsSpan(0, CheckAt), bytes.AsSpan(CheckAt));
            SHA256.HashData(bytes.AsSpan(0, HashAt), bytes.AsSpan(HashAt));
            return (new ServerBackupHeader(bytes), stream);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    /// <summary>Takes in a header. Nothing is believed that its hash does not cover, and no memory taken for it.</summary>
    /// <param name="bytes">The first bytes of the file: <see cref="Size"/>, or fewer if there are no more.</param>
    /// <param name="file">The file, for the errors.</param>
    /// <exception cref="Contracts.HandyBackupException">It is none, is of a newer version, or damaged.</exception>
    public static ServerBackupHeader Read(byte[] bytes, string file)
    {
        if (bytes.Length < PassesAt || !bytes.AsSpan().StartsWith(Magic))
        {
            throw ServerBackupErrors.NotABackup(file);
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(VersionAt));
        if (version > Version)
        {
            throw ServerBackupErrors.Newer(file, version);
        }

        if (bytes.Length < Size || !SHA256.HashData(bytes.AsSpan(0, HashAt)).AsSpan().SequenceEqual(bytes.AsSpan(HashAt)))
        {
            throw ServerBackupErrors.Damaged(file, "its first bytes are not those that were written");
        }

        uint passes = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(PassesAt));
        uint memory = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(MemoryAt));
        return version == Version && passes is > 0 and <= MaximumPasses && memory is >= MinimumMemory and <= MaximumMemory
            ? new ServerBackupHeader(bytes)
            : throw ServerBackupErrors.Damaged(file, $"it asks for {passes} passes over {memory} KiB");
    }

    /// <summary>Begins to open what follows. Takes as long as was intended when the file was made.</summary>
    /// <param name="password">The password; the caller may clear it afterwards.</param>
    /// <param name="file">The file, for the errors.</param>
    /// <exception cref="Contracts.HandyBackupException"><see cref="Contracts.ErrorCode.WrongPassword"/>.</exception>
    public SecretStream Open(ReadOnlySpan<byte> password, string file)
    {
        byte[] keys = DeriveKeys(_bytes, password);
        try
        {
            byte[] check = HMACSHA256.HashData(keys.AsSpan(SecretStream.KeySize), _bytes.AsSpan(0, CheckAt));
            return CryptographicOperations.FixedTimeEquals(check, _bytes.AsSpan(CheckAt, check.Length))
                ? SecretStream.BeginOpening(keys.AsSpan(0, SecretStream.KeySize), _bytes.AsSpan(StreamAt, SecretStream.HeaderSize))
                : throw ServerBackupErrors.WrongPassword(file);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    private static byte[] DeriveKeys(byte[] header, ReadOnlySpan<byte> password)
    {
        var cost = new PasswordCost(
            (int)BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(PassesAt)),
            (int)BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(MemoryAt)) * 1024);
        byte[] keys = new byte[SecretStream.KeySize + CheckKeySize];
        Argon2id.DeriveKey(keys, password, header.AsSpan(SaltAt, Argon2id.SaltSize), cost);
        return keys;
    }
}
