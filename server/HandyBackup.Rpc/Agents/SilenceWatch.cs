using System.Globalization;

namespace HandyBackup.Rpc.Agents;

/// <summary>Notices that the other end no longer lives: a connection may be dead without either end being told.</summary>
internal sealed class SilenceWatch(PeerTransport transport, AgentLinkOptions options, Action<Exception> onDead)
{
    // Timers go by whole milliseconds, and one that fires early would fire again and again until the limit is over.
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Goes on until the token is cancelled or the other end is held for dead. Never fails.</summary>
    public async Task RunAsync(CancellationToken ended)
    {
        try
        {
            // Looks when the limit may be over, and not in an interval of its own: that would be up to an interval too late.
            TimeSpan rest;
            while ((rest = options.SilenceLimit - transport.Silence) > TimeSpan.Zero)
            {
                await Task.Delay(rest + s_shortest, options.Time, ended).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        onDead(new TimeoutException(string.Format(CultureInfo.InvariantCulture, "Nothing has arrived for {0:0.#} seconds.", transport.Silence.TotalSeconds)));
    }
}
