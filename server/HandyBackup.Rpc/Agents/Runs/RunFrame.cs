using System.Buffers.Binary;
using System.Globalization;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>Measures of a run's channel, and the small pieces that its frames are made of. All numbers are little-endian.</summary>
internal static class RunFrame
{
    /// <summary>The length, four bytes, and the kind.</summary>
    public const int HeaderLength = sizeof(int) + 1;

    /// <summary>The longest content of a frame in bytes. A longer blob goes on in frames of its own.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    /// <summary>The longest blob in bytes, as in a repository: the tree of a folder with a million entries has some hundred million.</summary>
    public const int MaximumBlob = 1024 * 1024 * 1024;

    /// <summary>The longest JSON in a frame, in bytes.</summary>
    public const int MaximumJson = 1024 * 1024;

    /// <summary>The most ids in a question: two million bytes.</summary>
    public const int MaximumIds = 65536;

    /// <summary>The most <see cref="RunFrameKind.Get"/> that may be under way at once in a run.</summary>
    public const int MaximumGets = 64;

    /// <summary>How many bytes of blobs a <see cref="RunFrameKind.Get"/> may send ahead of their use; a single longer blob may be sent alone.</summary>
    public const int GetCredit = 8 * 1024 * 1024;

    /// <summary>How many bytes the receiver of a channel lets arrive ahead of their use: enough for a fast line, bounded for the memory.</summary>
    public const int Window = 8 * 1024 * 1024;

    /// <summary>The number of a question.</summary>
    public const int NumberLength = sizeof(uint);

    /// <summary>Number and blob type, before the ids.</summary>
    public const int QuestionLength = NumberLength + 1;

    /// <summary>Type, flags, length of the plain content, length of the content that follows, id.</summary>
    public const int BlobHeadLength = 1 + 1 + sizeof(int) + sizeof(int) + Sha256Hash.Size;

    private const byte CompressedFlag = 1;

    /// <summary>Writes a frame's header.</summary>
    public static void WriteHeader(Span<byte> destination, RunFrameKind kind, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, length);
        destination[sizeof(int)] = (byte)kind;
    }

    /// <summary>Reads a frame's header.</summary>
    /// <exception cref="InvalidDataException">The length is not allowed.</exception>
    public static (RunFrameKind Kind, int Length) ReadHeader(ReadOnlySpan<byte> header)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        var kind = (RunFrameKind)header[sizeof(int)];
        int most = kind is RunFrameKind.Progress or RunFrameKind.Issue or RunFrameKind.RunFailed ? MaximumJson : MaximumLength;
        return length >= 0 && length <= most ? (kind, length) : throw Broken($"A frame of kind {kind} and {length} bytes was announced.");
    }

    /// <summary>Writes what precedes a blob's content.</summary>
    public static void WriteBlobHead(Span<byte> destination, BlobPayload blob)
    {
        destination[0] = (byte)blob.Type;
        destination[1] = blob.IsCompressed ? CompressedFlag : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(destination[2..], blob.PlainLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[6..], blob.Bytes.Length);
        blob.Id.Hash.CopyTo(destination[10..]);
    }

    /// <summary>Reads what precedes a blob's content.</summary>
    /// <exception cref="InvalidDataException">It promises what cannot be.</exception>
    public static BlobHead ReadBlobHead(ReadOnlySpan<byte> head)
    {
        var blob = new BlobHead(
            ReadType(head[0]),
            head[1] == CompressedFlag,
            BinaryPrimitives.ReadInt32LittleEndian(head[2..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[6..]),
            new BlobId(new Sha256Hash(head.Slice(10, Sha256Hash.Size))));
        bool isPossible = head[1] <= CompressedFlag && blob.PlainLength is >= 0 and <= MaximumBlob && blob.Length is >= 0 and <= MaximumBlob;
        return isPossible ? blob : throw Broken($"A blob of {blob.Length} bytes, {blob.PlainLength} of plain content and flags {head[1]} was announced.");
    }

    /// <summary>Reads a blob's type.</summary>
    /// <exception cref="InvalidDataException">There is no such type.</exception>
    public static BlobType ReadType(byte type) => type <= (byte)BlobType.Tree ? (BlobType)type : throw Broken($"There is no blob type {type}.");

    /// <summary>What ends a connection whose other end breaks the rules.</summary>
    public static InvalidDataException Broken(FormattableString reason) => new(reason.ToString(CultureInfo.InvariantCulture));

    /// <summary>What precedes a blob's content.</summary>
    /// <param name="Type">What the blob holds.</param>
    /// <param name="IsCompressed">True if the content is one zstd frame.</param>
    /// <param name="PlainLength">Length of the plain content in bytes.</param>
    /// <param name="Length">Length of what follows in bytes.</param>
    /// <param name="Id">The blob's id.</param>
    public readonly record struct BlobHead(BlobType Type, bool IsCompressed, int PlainLength, int Length, BlobId Id);
}
