using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents;

/// <summary>Says that this end lives, and notices when the other does not. For agents, their server, and panels on other machines.</summary>
internal sealed class Heartbeat(PeerTransport transport, AgentLinkOptions options, Func<CancellationToken, Task> beat, Action<Exception> onDead)
{
    /// <summary>Goes on until the token is cancelled or the other end is held for dead. Never fails.</summary>
    public async Task RunAsync(CancellationToken ended)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ended);
        Task beating = BeatAsync(end.Token);
        try
        {
            onDead(await SilenceWatch.WaitAsync(() => transport.Silence, options.SilenceLimit, (time, token) => Task.Delay(time, options.Time, token), ended).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }

        await end.CancelAsync().ConfigureAwait(false);
        await beating.ConfigureAwait(false);
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
