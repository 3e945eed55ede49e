namespace HandyBackup.Rpc.Relays;

/// <summary>
/// What happens to every call on its way through one end of a connection. The relays, one for each interface, send each of
/// their methods through it, so that no method can be forgotten on one end.
/// </summary>
internal abstract class CallPath
{
    /// <summary>A call with a result.</summary>
    public abstract Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken);

    /// <summary>A call that returns items as they come.</summary>
    /// <param name="open">Makes the stream; the token it gets ends the stream, even long after the call was answered.</param>
    /// <param name="pace">How the items should travel.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public abstract IAsyncEnumerable<T> Stream<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, StreamPace pace, CancellationToken cancellationToken);

    /// <summary>A call without a result.</summary>
    public Task CallAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) => CallAsync(
        async token =>
        {
            await call(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);
}
