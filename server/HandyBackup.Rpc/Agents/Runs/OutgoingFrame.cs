using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>A frame that waits to be sent: its kind, what comes first in it, and perhaps a blob. Whoever holds it last disposes it.</summary>
internal readonly struct OutgoingFrame : IDisposable
{
    private readonly IMemoryOwner<byte>? _owner;
    private readonly int _length;

    private OutgoingFrame(RunFrameKind kind, IMemoryOwner<byte>? owner, int length, BlobPayload? blob = null)
    {
        Kind = kind;
        _owner = owner;
        _length = length;
        Content = blob;
    }

    /// <summary>What the frame holds.</summary>
    public RunFrameKind Kind { get; }

    /// <summary>What comes first.</summary>
    public ReadOnlyMemory<byte> Head => _owner is null ? default : _owner.Memory[.._length];

    /// <summary>The blob whose content follows; null if there is none.</summary>
    public BlobPayload? Content { get; }

    /// <summary>A frame without content.</summary>
    public static OutgoingFrame Empty(RunFrameKind kind) => new(kind, null, 0);

    /// <summary>A frame that holds a number alone.</summary>
    public static OutgoingFrame Number(RunFrameKind kind, uint number, MemoryPool<byte> pool) =>
        new(kind, Begin(number, RunFrame.NumberLength, pool), RunFrame.NumberLength);

    /// <summary>A question about blobs.</summary>
    public static OutgoingFrame Question(RunFrameKind kind, uint number, BlobType type, ReadOnlySpan<BlobId> ids, MemoryPool<byte> pool)
    {
        int length = RunFrame.QuestionLength + (ids.Length * Sha256Hash.Size);
        IMemoryOwner<byte> owner = Begin(number, length, pool);
        Span<byte> rest = owner.Memory.Span[RunFrame.NumberLength..];
        rest[0] = (byte)type;
        rest = rest[1..];
        foreach (BlobId id in ids)
        {
            id.Hash.CopyTo(rest);
            rest = rest[Sha256Hash.Size..];
        }

        return new(kind, owner, length);
    }

    /// <summary>How much of what was sent for a question was used.</summary>
    public static OutgoingFrame Took(uint number, int bytes, MemoryPool<byte> pool)
    {
        const int Length = RunFrame.NumberLength + sizeof(int);
        IMemoryOwner<byte> owner = Begin(number, Length, pool);
        BinaryPrimitives.WriteInt32LittleEndian(owner.Memory.Span[RunFrame.NumberLength..], bytes);
        return new(RunFrameKind.Took, owner, Length);
    }

    /// <summary>The answer to <see cref="RunFrameKind.FindMissing"/>.</summary>
    public static OutgoingFrame Missing(uint number, ReadOnlySpan<bool> missing, MemoryPool<byte> pool)
    {
        int length = RunFrame.NumberLength + ((missing.Length + 7) / 8);
        IMemoryOwner<byte> owner = Begin(number, length, pool);
        Span<byte> bits = owner.Memory.Span[RunFrame.NumberLength..length];
        bits.Clear();
        for (int i = 0; i < missing.Length; i++)
        {
            bits[i / 8] |= (byte)((missing[i] ? 1 : 0) << (i % 8));
        }

        return new(RunFrameKind.Missing, owner, length);
    }

    /// <summary>The answer to <see cref="RunFrameKind.GetLengths"/>.</summary>
    public static OutgoingFrame Lengths(uint number, ReadOnlySpan<long> lengths, MemoryPool<byte> pool)
    {
        int length = RunFrame.NumberLength + (lengths.Length * sizeof(long));
        IMemoryOwner<byte> owner = Begin(number, length, pool);
        for (int i = 0; i < lengths.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(owner.Memory.Span[(RunFrame.NumberLength + (i * sizeof(long)))..], lengths[i]);
        }

        return new(RunFrameKind.Lengths, owner, length);
    }

    /// <summary>A blob to be stored. Takes it over.</summary>
    public static OutgoingFrame Put(BlobPayload blob, MemoryPool<byte> pool)
    {
        IMemoryOwner<byte> owner = pool.Rent(RunFrame.BlobHeadLength);
        RunFrame.WriteBlobHead(owner.Memory.Span, blob);
        return new(RunFrameKind.Put, owner, RunFrame.BlobHeadLength, blob);
    }

    /// <summary>A blob that was asked for. Takes it over.</summary>
    public static OutgoingFrame Blob(uint number, BlobPayload blob, MemoryPool<byte> pool)
    {
        const int Length = RunFrame.NumberLength + RunFrame.BlobHeadLength;
        IMemoryOwner<byte> owner = Begin(number, Length, pool);
        RunFrame.WriteBlobHead(owner.Memory.Span[RunFrame.NumberLength..], blob);
        return new(RunFrameKind.Blob, owner, Length, blob);
    }

    /// <summary>A record in JSON.</summary>
    /// <param name="kind">What the frame holds.</param>
    /// <param name="number">The question that it answers; null if none.</param>
    /// <param name="value">The record.</param>
    /// <param name="pool">Where the buffer comes from.</param>
    public static OutgoingFrame Json<T>(RunFrameKind kind, uint? number, T value, MemoryPool<byte> pool)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, WireJson.Options);
        int start = number is null ? 0 : RunFrame.NumberLength;
        IMemoryOwner<byte> owner = Begin(number ?? 0, start + json.Length, pool);
        json.CopyTo(owner.Memory.Span[start..]);
        return new(kind, owner, start + json.Length);
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        _owner?.Dispose();
        Content?.Dispose();
    }

    private static IMemoryOwner<byte> Begin(uint number, int length, MemoryPool<byte> pool)
    {
        IMemoryOwner<byte> owner = pool.Rent(Math.Max(length, RunFrame.NumberLength));
        BinaryPrimitives.WriteUInt32LittleEndian(owner.Memory.Span, number);
        return owner;
    }
}
