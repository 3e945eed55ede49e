using System.Threading.Channels;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>Blobs that were asked for and arrive. What the server may send ahead bounds how many wait here.</summary>
internal sealed class PendingBlobs : PendingQuestion
{
    private readonly object _lock = new();
    private readonly Channel<BlobPayload> _arrived = Channel.CreateUnbounded<BlobPayload>(new UnboundedChannelOptions { SingleReader = true });
    private long _unused;
    private bool _isAbandoned;

    /// <summary>Takes in a blob.</summary>
    /// <exception cref="InvalidDataException">The server sent more than it may; the blob was disposed.</exception>
    public void Add(BlobPayload blob)
    {
        lock (_lock)
        {
            if (!_isAbandoned)
            {
                if (_unused > 0 && _unused + blob.Bytes.Length > RunFrame.GetCredit)
                {
                    blob.Dispose();
                    throw RunFrame.Broken($"The server sent more than {RunFrame.GetCredit} bytes of blobs ahead.");
                }

                _unused += blob.Bytes.Length;
                if (_arrived.Writer.TryWrite(blob))
                {
                    return;
                }
            }
        }

        blob.Dispose();
    }

    /// <summary>No more blobs come.</summary>
    public void Complete() => _arrived.Writer.TryComplete();

    /// <inheritdoc/>
    public override void Fail(Exception exception) => _arrived.Writer.TryComplete(exception);

    /// <summary>The next blob, which the caller disposes; null after the last. What had arrived before a failure comes before it.</summary>
    public async ValueTask<BlobPayload?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _arrived.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_arrived.Reader.TryRead(out BlobPayload? blob))
            {
                lock (_lock)
                {
                    _unused -= blob.Bytes.Length;
                }

                return blob;
            }
        }

        return null;
    }

    /// <summary>Nobody wants the rest: what has arrived is disposed of, and what still comes will be.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _isAbandoned = true;
            while (_arrived.Reader.TryRead(out BlobPayload? blob))
            {
                blob.Dispose();
            }
        }
    }
}
