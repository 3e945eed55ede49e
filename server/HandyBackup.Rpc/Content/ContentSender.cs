using System.Buffers.Binary;
using System.IO.Pipelines;

namespace HandyBackup.Rpc.Content;

/// <summary>Content on the wire: parts behind a four-byte little-endian length, and a length of 0 at the end. Without that what was sent is not whole.</summary>
internal static class ContentSender
{
    /// <summary>The longest part on the wire in bytes.</summary>
    public const int LongestPart = 1024 * 1024;

    /// <summary>The bytes of a part's length.</summary>
    public const int HeaderLength = sizeof(int);

    /// <summary>Sends content and its end. Waits where the other end does not keep up.</summary>
    /// <exception cref="Exception">What the content threw; then its end was not sent. That the other end reads no more is no error, and ends the sending.</exception>
    public static async Task SendAsync(PipeWriter output, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        await foreach (ReadOnlyMemory<byte> part in content.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            for (ReadOnlyMemory<byte> rest = part; !rest.IsEmpty;)
            {
                ReadOnlyMemory<byte> next = rest.Slice(0, Math.Min(rest.Length, LongestPart));
                WriteLength(output, next.Length);
                FlushResult sent = await output.WriteAsync(next, cancellationToken).ConfigureAwait(false);
                if (sent.IsCompleted)
                {
                    return;
                }

                rest = rest.Slice(next.Length);
            }
        }

        WriteLength(output, 0);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void WriteLength(PipeWriter output, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(HeaderLength), length);
        output.Advance(HeaderLength);
    }
}
