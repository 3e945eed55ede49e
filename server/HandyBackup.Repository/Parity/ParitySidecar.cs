using System.Buffers;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>A sidecar in memory: header, parity shards, and the header again. Not safe to share between threads.</summary>
internal sealed class ParitySidecar : IDisposable
{
    private readonly byte[] _parity;

    private ParitySidecar(ParityHeader header, byte[] parity)
    {
        Header = header;
        _parity = parity;
    }

    /// <summary>What it says of the file.</summary>
    public ParityHeader Header { get; }

    /// <summary>True if both headers and all parity shards are sound.</summary>
    public bool IsSound { get; private init; } = true;

    private Memory<byte> Parity => _parity.AsMemory(0, Header.Layout.ParitySize);

    /// <summary>Computes the parity of a file.</summary>
    /// <param name="content">The file.</param>
    /// <param name="hash">Its SHA-256.</param>
    /// <param name="percent">How much parity there shall be at least, from 1 to 50.</param>
    /// <param name="isCopied">True for a whole copy, whatever the size.</param>
    public static ParitySidecar Create(ReadOnlySpan<byte> content, Sha256Hash hash, int percent, bool isCopied)
    {
        ParityLayout layout = ParityLayout.Choose(content.Length, percent, isCopied);
        byte[] parity = ArrayPool<byte>.Shared.Rent(layout.ParitySize);
        new ReedSolomon(layout.DataCount, layout.ParityCount).Encode(content, layout.ShardSize, parity);
        uint[] checksums = new uint[layout.ShardCount];
        for (int i = 0; i < layout.ShardCount; i++)
        {
            checksums[i] = ParityHeader.ChecksumOf(GetShard(content, parity, layout, i));
        }

        return new ParitySidecar(new ParityHeader(layout, hash, checksums), parity);
    }

    /// <summary>Reads a sidecar that may be damaged or cut off.</summary>
    /// <returns>Null if neither header is sound.</returns>
    public static ParitySidecar? TryDecode(ReadOnlySpan<byte> stored)
    {
        ParityHeader? front = ParityHeader.TryDecode(stored);
        ParityHeader? back = front is null ? FindBack(stored) : TryDecodeBack(stored, front.Layout.ShardCount);
        if ((front ?? back) is not { } header)
        {
            return null;
        }

        // Without one whole parity shard nothing can be healed; and what is there bounds the memory that is taken.
        ParityLayout layout = header.Layout;
        int headerLength = ParityHeader.LengthFor(layout.ShardCount);
        if (stored.Length < (long)headerLength + layout.ShardSize)
        {
            return null;
        }

        // Without the front one it is the end that the shards are found from.
        long start = front is null ? stored.Length - headerLength - (long)layout.ParitySize : headerLength;
        byte[] parity = ArrayPool<byte>.Shared.Rent(layout.ParitySize);
        parity.AsSpan(0, layout.ParitySize).Clear();
        if (start >= 0 && start < stored.Length)
        {
            ReadOnlySpan<byte> shards = stored[(int)start..];
            shards[..Math.Min(shards.Length, layout.ParitySize)].CopyTo(parity);
        }

        bool isSound = front is not null && back is not null && stored.Length == (2L * headerLength) + layout.ParitySize;
        for (int i = layout.DataCount; isSound && i < layout.ShardCount; i++)
        {
            isSound = ParityHeader.ChecksumOf(GetShard([], parity, layout, i)) == header.Checksums[i];
        }

        return new ParitySidecar(header, parity) { IsSound = isSound };
    }

    /// <summary>The parts of the sidecar's file, in order. Valid until this object is disposed.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Encode()
    {
        byte[] header = Header.Encode();
        return [header, Parity, header];
    }

    /// <summary>Brings a damaged file back.</summary>
    /// <param name="content">
    /// What is left of the file, from its beginning, in a buffer of <see cref="ParityLayout.PaddedSize"/> bytes; the healed file afterwards.
    /// </param>
    /// <param name="length">How many bytes are left.</param>
    /// <returns>False if too much is damaged. The buffer then holds nothing of use.</returns>
    public bool TryHeal(Span<byte> content, long length)
    {
        ParityLayout layout = Header.Layout;
        content[(int)Math.Min(length, layout.FileSize)..].Clear();
        bool[] lost = new bool[layout.ShardCount];
        for (int i = 0; i < lost.Length; i++)
        {
            lost[i] = ParityHeader.ChecksumOf(GetShard(content[..(int)layout.FileSize], Parity.Span, layout, i)) != Header.Checksums[i];
        }

        return new ReedSolomon(layout.DataCount, layout.ParityCount).TryReconstruct(content, Parity.Span, layout.ShardSize, lost);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_parity);

    private static ReadOnlySpan<byte> GetShard(ReadOnlySpan<byte> content, ReadOnlySpan<byte> parity, ParityLayout layout, int shard)
    {
        if (shard >= layout.DataCount)
        {
            return parity.Slice((shard - layout.DataCount) * layout.ShardSize, layout.ShardSize);
        }

        int start = shard * layout.ShardSize;
        return content[start..Math.Min(start + layout.ShardSize, content.Length)];
    }

    private static ParityHeader? TryDecodeBack(ReadOnlySpan<byte> stored, int shardCount)
    {
        int length = ParityHeader.LengthFor(shardCount);
        return stored.Length < length ? null : ParityHeader.TryDecode(stored[^length..]);
    }

    // Its length depends on the number of shards, which only the header itself says: there are few enough to try all.
    private static ParityHeader? FindBack(ReadOnlySpan<byte> stored)
    {
        ParityHeader? header = null;
        for (int shardCount = 2; header is null && shardCount <= ReedSolomon.MaxShards; shardCount++)
        {
            header = TryDecodeBack(stored, shardCount);
            header = header?.Layout.ShardCount == shardCount ? header : null;
        }

        return header;
    }
}
