using System.Runtime.CompilerServices;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Relays;

/// <summary>The panel's end of every call: whatever goes wrong becomes the exception that the contracts promise.</summary>
internal sealed class PanelCalls : CallPath
{
    public override async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Translate(exception, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    public override IAsyncEnumerable<T> Stream<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, StreamPace pace, CancellationToken cancellationToken) =>
        ReadAsync(open, cancellationToken);

    private static async IAsyncEnumerable<T> ReadAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<T> items = open(cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (await MoveNextAsync(items, cancellationToken).ConfigureAwait(false))
            {
                yield return items.Current;
            }
        }
        finally
        {
            await DisposeAsync(items).ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> MoveNextAsync<T>(IAsyncEnumerator<T> items, CancellationToken cancellationToken)
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

    private static async ValueTask DisposeAsync<T>(IAsyncEnumerator<T> items)
    {
        try
        {
            await items.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (Translate(exception, CancellationToken.None) is { Code: ErrorCode.ConnectionLost })
        {
            // The goodbye to the stream has nowhere to go: the server ended the stream with the connection.
        }
    }

    /// <summary>The exception to throw instead; null to leave it as it is.</summary>
    private static HandyBackupException? Translate(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        RemoteInvocationException remote => FromServer(remote),
        RemoteMethodNotFoundException missing => new HandyBackupException(ErrorCode.ProtocolMismatch, $"The server does not know '{missing.TargetMethod}'.", exception)
        {
            Target = missing.TargetMethod,
            Advice = "Update the server to the version of the HandyBackup module.",
        },
        ConnectionLostException or ObjectDisposedException or IOException => new HandyBackupException(ErrorCode.ConnectionLost, "The connection to the server was lost.", exception)
        {
            Advice = "Check that the server runs, then connect again with Connect-HBServer. A run that was started goes on without the connection.",
            IsTransient = true,
        },
        OperationCanceledException when !cancellationToken.IsCancellationRequested => new HandyBackupException(ErrorCode.Cancelled, "The server stopped the operation.", exception)
        {
            Advice = "The server may be shutting down. Try again when it runs.",
        },
        RemoteRpcException or JsonException => new HandyBackupException(ErrorCode.InternalError, "The server's answer cannot be understood: " + exception.Message, exception),
        _ => null,
    };

    private static HandyBackupException FromServer(RemoteInvocationException remote)
    {
        ErrorInfo? info = (remote.ErrorData as JsonElement?)?.Deserialize<ErrorInfo>(WireJson.Options) ?? remote.DeserializedErrorData as ErrorInfo;
        return info is null
            ? new HandyBackupException(ErrorCode.InternalError, remote.Message, remote)
            : info.ToException();
    }
}
