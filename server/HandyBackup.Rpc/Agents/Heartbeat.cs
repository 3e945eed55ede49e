namespace HandyBackup.Rpc.Agents;

/// <summary>
/// Asks the other end for an answer again and again: the question tells it that this end lives, and the answer tells this end the same. So one end of a connection has to do it,
/// and both watch for silence. Of agents, and of panels on other machines.
/// </summary>
internal sealed class Heartbeat(AgentLinkOptions options, Func<CancellationToken, Task> beat)
{
    /// <summary>Goes on until the token is cancelled. Never fails.</summary>
    public async Task RunAsync(CancellationToken ended)
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
