using System.Diagnostics.CodeAnalysis;

namespace HandyBackup.Server.Network;

/// <summary>
/// Lets handshakes begin one after another, and none while work waits for a processor. A fleet that comes back all at once after a restart of the server would
/// otherwise stand before everything else, the administrator's panel included. Whoever trickles his handshake takes no processor and so holds up nobody. Safe to
/// share between threads.
/// </summary>
/// <param name="countWaiting">How many pieces of work wait for a processor.</param>
/// <param name="most">So many may wait when another handshake begins.</param>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing but memory.")]
internal sealed class HandshakePace(Func<long> countWaiting, long most, TimeProvider time)
{
    // A handshake takes about as long.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>A pace for this process, by the work that waits in its thread pool.</summary>
    public static HandshakePace OfThreadPool(TimeProvider time) => new(static () => ThreadPool.PendingWorkItemCount, Environment.ProcessorCount, time);

    /// <summary>Waits for one's turn, in the order of the calls.</summary>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False if the turn did not come in time.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _turn.WaitAsync(end.Token);
            try
            {
                while (countWaiting() > most)
                {
                    await Task.Delay(s_pause, time, end.Token);
                }
            }
            finally
            {
                _turn.Release();
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
