using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Content;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Relays;

/// <summary>The caller's end of every call: whatever goes wrong becomes the exception that the contracts promise.</summary>
/// <param name="peer">Who is called, for the messages.</param>
/// <param name="multiplexer">The connection.</param>
/// <param name="patience">How long an answer is waited for after the call was cancelled; null to wait for it however long it takes.</param>
internal sealed class CallingEnd(Party peer, MultiplexingStream multiplexer, Func<CancellationToken, Task>? patience = null) : CallPath
{
    public override async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, object? request, string method)
    {
        try
        {
            return await WaitAsync(call(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Translate(exception, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    public override IAsyncEnumerable<T> Stream<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> open, StreamPace pace, CancellationToken cancellationToken, object? request, string method) =>
        ReadAsync(open, cancellationToken);

    public override IAsyncEnumerable<ReadOnlyMemory<byte>> Content(
        Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> open, CancellationToken cancellationToken, object? request, string method) =>
        ReadAsync(open, cancellationToken);

    public override async Task<T> SendAsync<T>(
        IAsyncEnumerable<ReadOnlyMemory<byte>> content,
        Func<IAsyncEnumerable<ReadOnlyMemory<byte>>, CancellationToken, Task<T>> call,
        CancellationToken cancellationToken,
        object? request,
        string method)
    {
        var outgoing = new OutgoingContent(multiplexer, content, cancellationToken);
        try
        {
            return await CallAsync(token => call(outgoing, token), cancellationToken, request, method).ConfigureAwait(false);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.ContentIncomplete && outgoing.Failure is { } failure)
        {
            // The other side saw the content break off; this is why.
            ExceptionDispatchInfo.Capture(failure).Throw();
            throw;
        }
        finally
        {
            await outgoing.EndAsync().ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<T> items = open(cancellationToken).GetAsyncEnumerator(cancellationToken);
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next = MoveNextAsync(items, cancellationToken);
                if (!await WaitAsync(next, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                yield return items.Current;
            }
        }
        finally
        {
            // One that was given up while it waits for an answer must not be disposed of: it ends with the answer, or with the connection.
            if (next is null || next.IsCompleted)
            {
                await DisposeAsync(items).ConfigureAwait(false);
            }
        }
    }

    private async Task<T> WaitAsync<T>(Task<T> call, CancellationToken cancellationToken)
    {
        if (patience is null || call.IsCompleted || !cancellationToken.CanBeCanceled)
        {
            return await call.ConfigureAwait(false);
        }

        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => cancelled.TrySetResult(true)))
        {
            await Task.WhenAny(call, cancelled.Task).ConfigureAwait(false);
        }

        if (!call.IsCompleted)
        {
            using var answered = new CancellationTokenSource();
            await Task.WhenAny(call, patience(answered.Token)).ConfigureAwait(false);
            answered.Cancel();
        }

        if (!call.IsCompleted)
        {
            call.Forget();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await call.ConfigureAwait(false);
    }

    private async Task<bool> MoveNextAsync<T>(IAsyncEnumerator<T> items, CancellationToken cancellationToken)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (Translate(exception, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    private async ValueTask DisposeAsync<T>(IAsyncEnumerator<T> items)
    {
        try
        {
            await items.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (Translate(exception, CancellationToken.None) is { Code: ErrorCode.ConnectionLost })
        {
            // The goodbye to the stream has nowhere to go: the peer ended the stream with the connection.
        }
    }

    /// <summary>The exception to throw instead; null to leave it as it is.</summary>
    private HandyBackupException? Translate(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        RemoteInvocationException remote => FromPeer(remote),
        RemoteMethodNotFoundException missing => new HandyBackupException(ErrorCode.ProtocolMismatch, $"The {peer.Name} does not know '{missing.TargetMethod}'.", exception)
        {
            Target = missing.TargetMethod,
            Advice = peer.UpdateAdvice,
        },
        ConnectionLostException or ObjectDisposedException or IOException => LostConnection.To(peer, exception),
        OperationCanceledException when !cancellationToken.IsCancellationRequested => new HandyBackupException(ErrorCode.Cancelled, $"The {peer.Name} stopped the operation.", exception)
        {
            Advice = $"The {peer.Name} may be shutting down. Try again when it runs.",
        },
        RemoteRpcException or JsonException => new HandyBackupException(ErrorCode.InternalError, $"The {peer.Name}'s answer cannot be understood: " + exception.Message, exception),
        _ => null,
    };

    private static HandyBackupException FromPeer(RemoteInvocationException remote)
    {
        ErrorInfo? info = ReadData(remote);
        return info?.Message is null
            ? new HandyBackupException(ErrorCode.InternalError, remote.Message, remote)
            : info.ToException();
    }

    // Called within an exception filter, which would swallow an exception and let the library's own through.
    private static ErrorInfo? ReadData(RemoteInvocationException remote)
    {
        try
        {
            return (remote.ErrorData as JsonElement?)?.Deserialize<ErrorInfo>(WireJson.Options) ?? remote.DeserializedErrorData as ErrorInfo;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
