using System.Collections.Concurrent;
using HandyBackup.Agent.Core.Blobs;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Fetches the trees of the previous snapshot. One that the repository lost is reported, and its folder is read as if it were new: so a damaged
/// repository heals. Safe for several threads.
/// </summary>
internal sealed class PreviousTrees(IRetrieve retrieve, IRunObserver observer, RunScope scope) : IDisposable
{
    private readonly ConcurrentBag<BlobDecoder> _decoders = [];

    /// <summary>Fetches a folder's tree in the background.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="name">The folder's name, for the report.</param>
    /// <returns>Null if the repository lost it.</returns>
    public Task<PreviousFolder?> OpenAsync(BlobId tree, ReadOnlyMemory<byte> name) => scope.Start(() => LoadAsync(tree, name));

    /// <summary>Reports a tree that cannot be used. Throws instead if the failure is not about this tree alone.</summary>
    public async ValueTask ReportAsync(HandyBackupException exception, ReadOnlyMemory<byte> name)
    {
        if (exception.Code is not (ErrorCode.BlobMissing or ErrorCode.BlobDamaged or ErrorCode.PackMissing or ErrorCode.PackDamaged or ErrorCode.TreeDamaged))
        {
            throw new HandyBackupException(exception.Code, exception.Message, exception)
            {
                Target = exception.Target,
                Advice = exception.Advice,
                IsTransient = exception.IsTransient,
            };
        }

        string reason = $"The previous snapshot of this folder cannot be used, so everything in it is read again: {exception.Message}";
        await observer.IssueAsync(new ItemIssue { Code = exception.Code, Path = ItemName.ToText(name.Span), Reason = reason }, scope.Token);
    }

    /// <summary>To be called when nothing is under way any more.</summary>
    public void Dispose()
    {
        while (_decoders.TryTake(out BlobDecoder? decoder))
        {
            decoder.Dispose();
        }
    }

    private async Task<PreviousFolder?> LoadAsync(BlobId tree, ReadOnlyMemory<byte> name)
    {
        try
        {
            await foreach (BlobPayload blob in retrieve.GetAsync([tree], BlobType.Tree, scope.Token))
            {
                using (blob)
                {
                    return new PreviousFolder(this, Decode(blob));
                }
            }

            throw new HandyBackupException(ErrorCode.BlobMissing, $"Blob {tree} was not delivered.") { Target = tree.ToString() };
        }
        catch (HandyBackupException exception)
        {
            await ReportAsync(exception, name);
            return null;
        }
    }

    // Not a pooled buffer: nodes refer to parts of it, and live as long as the trees that take them over.
    private byte[] Decode(BlobPayload blob)
    {
        if (!_decoders.TryTake(out BlobDecoder? decoder))
        {
            decoder = new BlobDecoder();
        }

        byte[] content = new byte[blob.PlainLength];
        decoder.Decode(blob, content);
        _decoders.Add(decoder);
        return content;
    }
}
