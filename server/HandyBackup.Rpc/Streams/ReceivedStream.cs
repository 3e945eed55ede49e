using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Streams;

/// <summary>A stream of the other side, read batch by batch as its items are wanted. To be read once.</summary>
internal sealed class ReceivedStream<T>(PeerRpc rpc, long number) : IAsyncEnumerable<T>
{
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        bool isOpen = true;
        try
        {
            while (isOpen)
            {
                StreamBatch<T> batch = await rpc.NextAsync<T>(number, cancellationToken).ConfigureAwait(false);
                isOpen = !batch.IsLast;
                foreach (T item in batch.Items)
                {
                    yield return item;
                }
            }
        }
        finally
        {
            if (isOpen)
            {
                await rpc.EndStreamAsync(number).ConfigureAwait(false);
            }
        }
    }
}
