using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Content;

/// <summary>Content that the other side hands in with a call (<see cref="OutgoingContent"/>). To be read once, while the call is under way.</summary>
internal sealed class IncomingContent(MultiplexingStream multiplexer, string name) : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        MultiplexingStream.Channel channel = await ContentChannel.AcceptAsync(multiplexer, name, cancellationToken).ConfigureAwait(false);
        try
        {
            var reader = new ContentReader(channel.Input);
            await foreach (ReadOnlyMemory<byte> part in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return part;
            }

            if (!reader.IsWhole)
            {
                throw ContentChannel.Incomplete();
            }
        }
        finally
        {
            channel.Output.Complete();
            _ = ChannelEnd.CloseAsync(channel, CancellationToken.None);
        }
    }
}
