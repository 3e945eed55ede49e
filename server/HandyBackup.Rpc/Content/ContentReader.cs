using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace HandyBackup.Rpc.Content;

/// <summary>Reads what <see cref="ContentSender"/> sends, once. Nothing is copied: the parts lie where they arrived.</summary>
internal sealed class ContentReader(PipeReader input)
{
    private int _left;

    /// <summary>True if the end was read: all of the content has come.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Reads to the end, or to where it broke off.</summary>
    /// <exception cref="InvalidDataException">The sender broke the rules.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool isOver = false;
        while (!isOver)
        {
            ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> rest = result.Buffer;
            try
            {
                while (TryTake(ref rest, out ReadOnlyMemory<byte> part))
                {
                    yield return part;
                }
            }
            finally
            {
                input.AdvanceTo(rest.Start, rest.End);
            }

            isOver = IsWhole || result.IsCompleted;
        }
    }

    private bool TryTake(ref ReadOnlySequence<byte> rest, out ReadOnlyMemory<byte> part)
    {
        part = default;
        if (_left == 0 && !TryReadLength(ref rest))
        {
            return false;
        }

        SequencePosition position = rest.Start;
        while (rest.TryGet(ref position, out ReadOnlyMemory<byte> segment))
        {
            if (!segment.IsEmpty)
            {
                part = segment.Slice(0, Math.Min(segment.Length, _left));
                _left -= part.Length;
                rest = rest.Slice(part.Length);
                return true;
            }
        }

        return false;
    }

    private bool TryReadLength(ref ReadOnlySequence<byte> rest)
    {
        if (IsWhole || rest.Length < ContentSender.HeaderLength)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[ContentSender.HeaderLength];
        rest.Slice(0, ContentSender.HeaderLength).CopyTo(header);
        rest = rest.Slice(ContentSender.HeaderLength);
        _left = BinaryPrimitives.ReadInt32LittleEndian(header);
        IsWhole = _left == 0;
        return _left is >= 0 and <= ContentSender.LongestPart
            ? !IsWhole
            : throw new InvalidDataException($"A part of {_left} bytes was announced.");
    }
}
