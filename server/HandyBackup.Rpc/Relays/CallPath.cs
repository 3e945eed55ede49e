using System.Runtime.CompilerServices;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>
/// What happens to every call on its way through one end of a connection. The relays, one for each interface, send each of
/// their methods through it, so that no method can be forgotten on one end.
/// </summary>
internal abstract class CallPath
{
    /// <summary>A call with a result.</summary>
    /// <param name="call">Carries it out.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <param name="request">What it was called with; null if nothing.</param>
    /// <param name="method">The contract's method.</param>
    public abstract Task<T> CallAsync<T>(
        Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, object? request = null, [CallerMemberName] string method = "");

    /// <summary>A call that returns items as they come.</summary>
    /// <param name="open">Makes the stream; the token it gets ends the stream, even long after the call was answered.</param>
    /// <param name="pace">How the items should travel.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <param name="request">What it was called with; null if nothing.</param>
    /// <param name="method">The contract's method.</param>
    public abstract IAsyncEnumerable<T> Stream<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> open,
        StreamPace pace,
        CancellationToken cancellationToken,
        object? request = null,
        [CallerMemberName] string method = "");

    /// <summary>A call that returns content.</summary>
    /// <param name="open">Opens the content; the token it gets ends the reading, even long after the call was answered.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <param name="request">What it was called with; null if nothing.</param>
    /// <param name="method">The contract's method.</param>
    public abstract IAsyncEnumerable<ReadOnlyMemory<byte>> Content(
        Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> open, CancellationToken cancellationToken, object? request = null, [CallerMemberName] string method = "");

    /// <summary>A call that content is handed in with.</summary>
    /// <param name="content">The content.</param>
    /// <param name="call">Carries it out, with what stands for the content from here on.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <param name="request">What it was called with besides; null if nothing.</param>
    /// <param name="method">The contract's method.</param>
    public abstract Task<T> SendAsync<T>(
        IAsyncEnumerable<ReadOnlyMemory<byte>> content,
        Func<IAsyncEnumerable<ReadOnlyMemory<byte>>, CancellationToken, Task<T>> call,
        CancellationToken cancellationToken,
        object? request = null,
        [CallerMemberName] string method = "");

    /// <summary>A call without a result.</summary>
    public Task CallAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken, object? request = null, [CallerMemberName] string method = "") => CallAsync(
        async token =>
        {
            await call(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken,
        request,
        method);
}
