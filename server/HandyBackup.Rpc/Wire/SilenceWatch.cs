namespace HandyBackup.Rpc.Wire;

/// <summary>Notices that nothing arrives any more: a connection may be dead without either end being told.</summary>
internal static class SilenceWatch
{
    // Timers go by whole milliseconds, and one that fires early would fire again and again until the limit is over.
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Returns when nothing has arrived for the limit. Looks when the limit may be over, and not at intervals: that would be up to an interval too late.</summary>
    /// <param name="silence">How long nothing has arrived.</param>
    /// <param name="limit">How long that may be.</param>
    /// <param name="delay">Waits.</param>
    /// <param name="ended">Ends the watch.</param>
    /// <returns>What the connection ends with.</returns>
    /// <exception cref="OperationCanceledException">The watch was ended.</exception>
    public static async Task<TimeoutException> WaitAsync(Func<TimeSpan> silence, TimeSpan limit, Func<TimeSpan, CancellationToken, Task> delay, CancellationToken ended)
    {
        TimeSpan rest;
        while ((rest = limit - silence()) > TimeSpan.Zero)
        {
            await delay(rest + s_shortest, ended).ConfigureAwait(false);
        }

        return new TimeoutException(FormattableString.Invariant($"Nothing has arrived for {silence().TotalSeconds:0.#} seconds."));
    }
}
