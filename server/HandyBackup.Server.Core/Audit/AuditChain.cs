using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The hash that ties an entry of the audit log to all before it, and the seal on the newest.</summary>
internal sealed class AuditChain(SecretSealer sealer)
{
    private const string SealContext = "audit-log-newest";

    /// <summary>The hash that an entry must have: SHA-256 over the hash of the one before and all of its fields, each with its length.</summary>
    /// <param name="previous">The hash of the entry before; all zero for the first.</param>
    /// <param name="entry">The entry, whose own hash does not count.</param>
    public static Sha256Hash HashOf(Sha256Hash previous, AuditRecord entry)
    {
        byte[] before = new byte[Sha256Hash.Size];
        previous.CopyTo(before);
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(before);
            writer.Write(entry.Number);
            writer.Write(entry.Time.UtcTicks);
            writer.Write((int)entry.CallerKind);
            writer.Write(entry.Caller);
            writer.Write(entry.Origin);
            writer.Write(entry.Action);
            writer.Write(entry.Target);
            writer.Write((int)entry.Outcome);
            writer.Write((int?)entry.Error ?? 0);
            writer.Write(entry.Begun ?? 0);
        }

        return new Sha256Hash(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
    }

    /// <summary>Seals which entry is the newest.</summary>
    public byte[] Seal(long number, Sha256Hash hash)
    {
        byte[] plain = new byte[sizeof(long) + Sha256Hash.Size];
        BinaryPrimitives.WriteInt64BigEndian(plain, number);
        hash.CopyTo(plain.AsSpan(sizeof(long)));
        return sealer.Seal(plain, SealContext);
    }

    /// <summary>Which entry was sealed as the newest; null if the seal is missing, or is none of this server's.</summary>
    public (long Number, Sha256Hash Hash)? Open(byte[]? seal)
    {
        if (seal is null)
        {
            return null;
        }

        try
        {
            byte[] plain = sealer.OpenBytes(seal, SealContext);
            return plain.Length == sizeof(long) + Sha256Hash.Size
                ? (BinaryPrimitives.ReadInt64BigEndian(plain), new Sha256Hash(plain.AsSpan(sizeof(long))))
                : null;
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.ServerKeyUnusable)
        {
            return null;
        }
    }
}
