using System.Globalization;

namespace HandyBackup.Rpc.Agents;

/// <summary>Says that this end lives, and notices when the other does not: a connection may be dead without either end being told.</summary>
internal sealed class Heartbeat(PeerTransport transport, AgentLinkOptions options, Func<CancellationToken, Task> beat, Action<Exception> onDead)
{
    // Timers go by whole milliseconds, and one that fires early would fire again and again until the limit is over.
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Goes on until the token is cancelled or the other end is held for dead. Never fails.</summary>
    public async Task RunAsync(CancellationToken ended)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ended);
        Task beating = BeatAsync(end.Token);
        if (await IsDeadAsync(ended).ConfigureAwait(false))
        {
            onDead(new TimeoutException(string.Format(CultureInfo.InvariantCulture, "Nothing has arrived for {0:0.#} seconds.", transport.Silence.TotalSeconds)));
        }

        await end.CancelAsync().ConfigureAwait(false);
        await beating.ConfigureAwait(false);
    }

    // Looks when the limit may be over, and not when a beat is due: that would be up to a beat too late.
    private async Task<bool> IsDeadAsync(CancellationToken ended)
    {
        try
        {
            TimeSpan rest;
            while ((rest = options.SilenceLimit - transport.Silence) > TimeSpan.Zero)
            {
                await Task.Delay(rest + s_shortest, options.Time, ended).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task BeatAsync(CancellationToken ended)
    {
        try
        {
            using var timer = new PeriodicTimer(options.HeartbeatInterval, options.Time);
            Task last = Task.CompletedTask;
            while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            {
                // One that is still under way says that the way is blocked: a second would only lengthen the queue.
                last = last.IsCompleted ? BeatOnceAsync(ended) : last;
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private async Task BeatOnceAsync(CancellationToken ended)
    {
        try
        {
            await beat(ended).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whatever it was: if the other end lives something arrives, and if not, that is noticed.
        }
    }
}
