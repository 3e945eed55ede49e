using System.IO.Pipelines;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Wire;

/// <summary>The end of a channel whose writing side this end has completed.</summary>
internal static class ChannelEnd
{
    // How long the other end may take to close its side before the channel is torn down.
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Waits for the other end to close its side too, dropping what it still sends. A channel that both ends close by themselves ends quietly. Tearing one down while the
    /// other end still sends would make it send more, only to be dropped, and a reader that is completed while the multiplexer closes the channel can bring the whole
    /// connection down (Channel.LocalContentReadingCompleted). Never fails.
    /// </summary>
    /// <param name="channel">The channel; nobody else reads it any more.</param>
    /// <param name="connectionEnded">Cancelled when the connection ends.</param>
    public static async Task CloseAsync(MultiplexingStream.Channel channel, CancellationToken connectionEnded)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connectionEnded);
        limit.CancelAfter(s_closing);
        try
        {
            for (bool isOver = false; !isOver;)
            {
                ReadResult rest = await channel.Input.ReadAsync(limit.Token).ConfigureAwait(false);
                isOver = rest.IsCompleted;
                channel.Input.AdvanceTo(rest.Buffer.End);
            }

            var late = new TaskCompletionSource<bool>();
            using CancellationTokenRegistration expired = limit.Token.Register(() => late.TrySetResult(true));
            await Task.WhenAny(channel.Completion, late.Task).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whatever it was, the channel is torn down.
        }

        channel.Dispose();
        await Task.WhenAny(channel.Completion).ConfigureAwait(false);
        channel.Input.Complete();
    }
}
