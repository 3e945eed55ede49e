using System.Buffers.Binary;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.State;

/// <summary>The start of a state file; docs/design/agent-state.md has the format.</summary>
internal sealed record StateHeader
{
    /// <summary>Its length in bytes; the first record follows.</summary>
    public const int Size = 200;

    // "HBSTATE" and the version. A change of what FingerprintKey combines, or of how trees are encoded, needs another version, too.
    private const ulong CurrentMagic = 0x48_42_53_54_41_54_45_01;

    private const int HashOffset = Size - sizeof(ulong);

    /// <summary>A random number that every record bears.</summary>
    public required ulong FileMark { get; init; }

    /// <summary>How long the file is.</summary>
    public required long Length { get; init; }

    /// <summary>The top folder.</summary>
    public required StateChild Root { get; init; }

    /// <summary>See <see cref="AgentStateKey.RepairEpoch"/>.</summary>
    public required Guid RepairEpoch { get; init; }

    /// <summary>What tells this order from those of other selections, tasks and repositories.</summary>
    public required Sha256Hash Order { get; init; }

    /// <summary>The key of the fingerprints.</summary>
    public required FingerprintKey Key { get; init; }

    /// <summary>Reads a header.</summary>
    /// <returns>Null if it is damaged, or of another version.</returns>
    public static StateHeader? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != CurrentMagic
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[HashOffset..]) != StateRecord.HashOf(bytes[..HashOffset]))
        {
            return null;
        }

        return new StateHeader
        {
            FileMark = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            Length = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            Root = new StateChild(BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), new BlobId(new Sha256Hash(bytes[32..64])), IsOld: true),
            RepairEpoch = new Guid(bytes[64..80]),
            Order = new Sha256Hash(bytes[80..112]),
            Key = new FingerprintKey(bytes[112..]),
        };
    }

    /// <summary>Makes the bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, CurrentMagic);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), FileMark);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Root.Offset);
        Root.Subtree.Hash.CopyTo(bytes.AsSpan(32));
        RepairEpoch.TryWriteBytes(bytes.AsSpan(64));
        Order.CopyTo(bytes.AsSpan(80));
        Key.Bytes.CopyTo(bytes.AsSpan(112));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HashOffset), StateRecord.HashOf(bytes.AsSpan(0, HashOffset)));
        return bytes;
    }
}
