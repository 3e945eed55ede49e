using System.Buffers;

namespace HandyBackup.Contracts;

/// <summary>
/// One blob on its way between agent and server, in a pooled buffer. Whoever holds it last disposes it; after that its memory
/// belongs to somebody else.
/// </summary>
public sealed class BlobPayload : IDisposable
{
    private IMemoryOwner<byte>? _owner;

    /// <summary>Takes over the buffer.</summary>
    /// <param name="id">The SHA-256 of the plain content.</param>
    /// <param name="type">What the blob holds.</param>
    /// <param name="plainLength">Length of the plain content in bytes.</param>
    /// <param name="isCompressed">True if the buffer holds one zstd frame of the content, false if it holds the content itself.</param>
    /// <param name="owner">The buffer; disposed with this object.</param>
    /// <param name="length">How many bytes of the buffer count, from its start.</param>
    public BlobPayload(BlobId id, BlobType type, int plainLength, bool isCompressed, IMemoryOwner<byte> owner, int length)
    {
        Id = id;
        Type = type;
        PlainLength = plainLength;
        IsCompressed = isCompressed;
        _owner = owner;
        Bytes = owner.Memory.Slice(0, length);
    }

    /// <summary>The SHA-256 of the plain content, as its maker says: the receiver checks it.</summary>
    public BlobId Id { get; }

    /// <summary>What the blob holds.</summary>
    public BlobType Type { get; }

    /// <summary>Length of the plain content in bytes.</summary>
    public int PlainLength { get; }

    /// <summary>True if <see cref="Bytes"/> is one zstd frame of the content, false if it is the content itself.</summary>
    public bool IsCompressed { get; }

    /// <summary>The content, as <see cref="IsCompressed"/> says. Not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Gives the buffer back; may be called more than once.</summary>
    public void Dispose()
    {
        _owner?.Dispose();
        _owner = null;
    }
}
