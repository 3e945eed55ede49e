using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using HandyBackup.Contracts;
using Nerdbank.Streams;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace HandyBackup.Rpc.Wire;

/// <summary>JSON-RPC messages behind a four-byte big-endian length, as the base class frames them, but none longer than a limit.</summary>
internal sealed class BoundedMessageHandler : LengthHeaderMessageHandler
{
    /// <summary>The longest message in bytes, either way: room for a restore of some hundred thousand separately chosen items.</summary>
    public const int MaximumLength = 64 * 1024 * 1024;

    private const int HeaderLength = sizeof(int);
    private readonly Sequence<byte> _content = new(ArrayPool<byte>.Shared);

    public BoundedMessageHandler(IDuplexPipe pipe, IJsonRpcMessageFormatter formatter)
        : base(pipe, formatter)
    {
    }

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        // Looked at and left in the pipe: the base class reads the header again.
        ReadResult result = await ReadAtLeastAsync(HeaderLength, allowEmpty: true, cancellationToken).ConfigureAwait(false);
        if (!result.Buffer.IsEmpty)
        {
            int length = ReadLength(result.Buffer);
            if (length is <= 0 or > MaximumLength)
            {
                throw new BadRpcHeaderException(string.Format(CultureInfo.InvariantCulture, "A message of {0} bytes was announced; 1 to {1} are allowed.", length, MaximumLength));
            }
        }

        Reader!.AdvanceTo(result.Buffer.Start);
        return await base.ReadCoreAsync(cancellationToken).ConfigureAwait(false);
    }

    // Not the base class's way, because a message that is too long must be refused before its first byte is in the pipe.
    protected override void Write(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        try
        {
            Formatter.Serialize(_content, content);
            if (_content.Length > MaximumLength)
            {
                throw new HandyBackupException(ErrorCode.InvalidArgument, string.Format(CultureInfo.InvariantCulture, "The message would have {0} bytes; at most {1} can be sent.", _content.Length, MaximumLength))
                {
                    Advice = "Name folders instead of each single item, or split the request.",
                };
            }

            BinaryPrimitives.WriteInt32BigEndian(Writer!.GetSpan(HeaderLength), (int)_content.Length);
            Writer.Advance(HeaderLength);
            foreach (ReadOnlyMemory<byte> segment in _content.AsReadOnlySequence)
            {
                Writer.Write(segment.Span);
            }
        }
        finally
        {
            _content.Reset();
        }
    }

    private static int ReadLength(ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        return BinaryPrimitives.ReadInt32BigEndian(header);
    }
}
