using System.Net;

namespace HandyBackup.Server.Core;

/// <summary>Makes guessing slow for whoever guesses from one remote address: see <see cref="GuessDelays{TKey}"/>. Safe to share between threads.</summary>
internal sealed class AddressDelays(TimeProvider time)
{
    private readonly GuessDelays<IPAddress> _delays = new(time);

    /// <summary>Waits as long as an address has to before it gets an answer, right or wrong.</summary>
    /// <param name="address">Where the caller comes from; callers of unknown address share one count.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task WaitAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        TimeSpan delay = _delays.DelayOf(ClientNetwork.Of(address));
        return delay > TimeSpan.Zero ? Task.Delay(delay, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Counts a failure.</summary>
    public void Count(IPAddress? address) => _delays.Count(ClientNetwork.Of(address));

    /// <summary>Counts a failure before it is known to be one.</summary>
    /// <returns>How long the answer must wait.</returns>
    public TimeSpan Enter(IPAddress? address) => _delays.Enter(ClientNetwork.Of(address));

    /// <summary>Takes back one failure that was none.</summary>
    public void Leave(IPAddress? address) => _delays.Leave(ClientNetwork.Of(address));
}
