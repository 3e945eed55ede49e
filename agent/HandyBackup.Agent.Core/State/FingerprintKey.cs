using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HandyBackup.Agent.Core.Backup;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.State;

/// <summary>
/// Makes fingerprints of what listing tells of an item: equal ones mean that the item is unchanged as <see cref="NodeFactory.IsUnchanged"/> says, and that
/// its node stays the same. The function is NH of UMAC (RFC 4418, section 5.2) with words of 64 bits: under a secret random key, two different items are
/// taken for equal with a chance of 2^-64, whoever chose them. Immutable.
/// </summary>
internal sealed class FingerprintKey
{
    /// <summary>The length of a key in bytes.</summary>
    public const int Size = Words * sizeof(ulong);

    private const int Words = 10;

    private readonly ulong[] _key;

    /// <param name="key"><see cref="Size"/> bytes.</param>
    public FingerprintKey(ReadOnlySpan<byte> key) => _key = MemoryMarshal.Cast<byte, ulong>(key[..Size]).ToArray();

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_key.AsSpan());

    /// <summary>Makes a key.</summary>
    public static FingerprintKey Create() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>What an item looks like; void if that cannot tell whether it changed.</summary>
    public ItemFingerprint Of(SourceItem item)
    {
        if (item.Modified is not { } modified || NodeFactory.TypeOf(item) is not { } type || (type == NodeType.File && item.Size is null))
        {
            return default;
        }

        return Combine(new Look
        {
            Type = type,
            Mode = NodeFactory.ModeOf(item, type),
            UserId = item.UserId,
            GroupId = item.GroupId,
            Size = type == NodeType.File ? (ulong)item.Size! : 0,
            Modified = NodeFactory.ToTime(modified),
            Changed = NodeFactory.ChangeTime(item),
            Inode = item.Inode,
            DeviceId = item.DeviceId,
            Links = NodeFactory.LinksOf(item),
            Device = NodeFactory.DeviceOf(item),
        });
    }

    /// <summary>What the item of a node looks like if it is unchanged; void if it must be read again in any case.</summary>
    public ItemFingerprint Of(TreeNode node)
    {
        if (node.Error.Length > 0 || (node.Type == NodeType.File && node.Content is null))
        {
            return default;
        }

        return Combine(new Look
        {
            Type = node.Type,
            Mode = node.Mode,
            UserId = node.UserId,
            GroupId = node.GroupId,
            Size = node.Type == NodeType.File ? node.Size : 0,
            Modified = node.Modified,
            Changed = node.Changed,
            Inode = node.Inode,
            DeviceId = node.DeviceId,
            Links = node.Links,
            Device = node.Device,
        });
    }

    private ItemFingerprint Combine(in Look look)
    {
        ReadOnlySpan<ulong> key = _key;
        UInt128 sum = Multiply(key[0] + (((ulong)look.Type << 32) | look.Mode), key[1] + (((ulong)look.UserId << 32) | look.GroupId));
        sum += Multiply(key[2] + look.Size, key[3] + look.Inode);
        sum += Multiply(key[4] + (ulong)look.Modified.UnixSeconds, key[5] + (ulong)look.Changed.UnixSeconds);
        sum += Multiply(key[6] + (((ulong)(uint)look.Modified.Nanoseconds << 32) | (uint)look.Changed.Nanoseconds), key[7] + look.DeviceId);
        sum += Multiply(key[8] + look.Links, key[9] + look.Device);
        return new ItemFingerprint((ulong)sum, (ulong)(sum >> 64));
    }

    private static UInt128 Multiply(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return new UInt128(high, low);
    }

    private struct Look
    {
        public NodeType Type;
        public uint Mode;
        public uint UserId;
        public uint GroupId;
        public ulong Size;
        public NodeTime Modified;
        public NodeTime Changed;
        public ulong Inode;
        public ulong DeviceId;
        public ulong Links;
        public ulong Device;
    }
}
