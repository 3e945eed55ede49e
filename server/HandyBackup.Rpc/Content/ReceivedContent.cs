using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Content;

/// <summary>Content that the other side returned (<see cref="SentContent"/>). To be read once.</summary>
internal sealed class ReceivedContent(PeerRpc rpc, MultiplexingStream multiplexer, long number) : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    // The answer may overtake the acceptance of the channel on the last steps here.
    private static readonly TimeSpan s_overtaking = TimeSpan.FromSeconds(4);

    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<MultiplexingStream.Channel> opening = ContentChannel.OpenAsync(multiplexer, ContentChannel.NameOf(number), stop.Token);
        Task sending = rpc.NextAsync<bool>(number, cancellationToken);
        sending.Forget();
        bool isOver = false;
        try
        {
            await Task.WhenAny(opening, sending).ConfigureAwait(false);
            if (opening.Status != TaskStatus.RanToCompletion)
            {
                isOver = true;
                await sending.ConfigureAwait(false);
                stop.CancelAfter(s_overtaking);
            }

            var reader = new ContentReader((await opening.ConfigureAwait(false)).Input);
            await foreach (ReadOnlyMemory<byte> part in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return part;
            }

            // Where it broke off, this says why.
            isOver = true;
            await sending.ConfigureAwait(false);
            if (!reader.IsWhole)
            {
                throw ContentChannel.Incomplete();
            }
        }
        finally
        {
            if (!isOver)
            {
                await rpc.EndStreamAsync(number).ConfigureAwait(false);
            }

            stop.Cancel();
            _ = CloseAsync(opening);
        }
    }

    // The offer that nobody has accepted was taken back; the channel that was opened is closed.
    private static async Task CloseAsync(Task<MultiplexingStream.Channel> opening)
    {
        await Task.WhenAny(opening).ConfigureAwait(false);
        if (opening.Status == TaskStatus.RanToCompletion)
        {
            opening.Result.Output.Complete();
            await ChannelEnd.CloseAsync(opening.Result, CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            opening.Forget();
        }
    }
}
