using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Dataflow;

namespace HandyBackup.Rpc.Streams;

/// <summary>One stream that a service returned, on its way to whoever called it.</summary>
internal abstract class SentStream : IAsyncDisposable
{
    /// <summary>What the reader asks for it by.</summary>
    public long Number { get; set; }

    /// <summary>Waits for items and takes all that are ready.</summary>
    /// <returns>A <see cref="StreamBatch{T}"/> and whether it is the last.</returns>
    /// <exception cref="Exception">What the service threw, after the last item that it made before.</exception>
    public abstract Task<(object Batch, bool IsLast)> NextAsync(CancellationToken cancellationToken);

    /// <summary>Ends the stream at the service, wherever that is, and waits for it. Never fails; may be called more than once.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>
/// A stream of items of one type. The service makes them ahead of the reader, as many as there is room for. An error keeps its place: it comes after all
/// items that were made before it, since what cannot be read must not hide the rest.
/// </summary>
internal sealed class SentStream<T> : SentStream, IAsyncEnumerable<T>
{
    private readonly CancellationTokenSource _ended = new();
    private readonly BufferBlock<T> _ready;
    private readonly Task _making;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Begins to make items.</summary>
    /// <param name="open">Asks the service; the token ends the stream.</param>
    /// <param name="room">The most items that wait to be sent.</param>
    public SentStream(Func<CancellationToken, IAsyncEnumerable<T>> open, int room)
    {
        _ready = new BufferBlock<T>(new DataflowBlockOptions { BoundedCapacity = room });
        _making = Task.Run(() => MakeAsync(open));
    }

    public override async Task<(object Batch, bool IsLast)> NextAsync(CancellationToken cancellationToken)
    {
        // Who stops waiting for one batch wants no other.
        using CancellationTokenRegistration stop = cancellationToken.Register(_ended.Cancel);
        while (await _ready.OutputAvailableAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_ready.TryReceiveAll(out IList<T>? items))
            {
                bool isLast = _making.IsCompleted && _failure is null && _ready.Count == 0;
                return (new StreamBatch<T>([.. items], isLast), isLast);
            }
        }

        await _making.ConfigureAwait(false);
        _failure?.Throw();
        return (new StreamBatch<T>([], IsLast: true), true);
    }

    public override async ValueTask DisposeAsync()
    {
        _ended.Cancel();
        await _making.ConfigureAwait(false);
    }

    /// <summary>Not supported: the stream is read by its number.</summary>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private async Task MakeAsync(Func<CancellationToken, IAsyncEnumerable<T>> open)
    {
        try
        {
            await foreach (T item in open(_ended.Token).WithCancellation(_ended.Token).ConfigureAwait(false))
            {
                await _ready.SendAsync(item, _ended.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            _ready.Complete();
        }
    }
}
