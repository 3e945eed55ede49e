using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Tests.Agents.Kit;

/// <summary>A repository's blobs as a test writes them. What it does not write finds nothing and takes everything.</summary>
internal sealed class ScriptedBlobs : IIngest, IRetrieve
{
    public Func<BlobPayload, CancellationToken, ValueTask> OnPut { get; set; } = (blob, _) =>
    {
        blob.Dispose();
        return default;
    };

    public Func<ReadOnlyMemory<BlobId>, Memory<bool>, CancellationToken, ValueTask> OnFindMissing { get; set; } = (_, missing, _) =>
    {
        missing.Span.Fill(true);
        return default;
    };

    public Func<ReadOnlyMemory<BlobId>, Memory<long>, CancellationToken, ValueTask> OnGetLengths { get; set; } = (_, lengths, _) =>
    {
        lengths.Span.Fill(-1);
        return default;
    };

    public Func<IReadOnlyCollection<BlobId>, CancellationToken, IAsyncEnumerable<BlobPayload>> OnGet { get; set; } = (_, _) => NoneAsync();

    public ValueTask FindMissingAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<bool> missing, CancellationToken cancellationToken) =>
        OnFindMissing(ids, missing, cancellationToken);

    public ValueTask PutAsync(BlobPayload blob, CancellationToken cancellationToken) => OnPut(blob, cancellationToken);

    public ValueTask GetLengthsAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<long> lengths, CancellationToken cancellationToken) =>
        OnGetLengths(ids, lengths, cancellationToken);

    public async IAsyncEnumerable<BlobPayload> GetAsync(IReadOnlyCollection<BlobId> ids, BlobType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (BlobPayload blob in OnGet(ids, cancellationToken).WithCancellation(cancellationToken))
        {
            yield return blob;
        }
    }

    private static async IAsyncEnumerable<BlobPayload> NoneAsync()
    {
        await Task.CompletedTask;
        yield break;
    }
}
