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

    /// <summary>True if the failure is about one tree; false if the repository as a whole cannot be read.</summary>
    public static bool IsAboutTree(HandyBackupException exception) => exception.Code is
        ErrorCode.BlobMissing or ErrorCode.BlobDamaged or ErrorCode.PackMissing or ErrorCode.PackDamaged or ErrorCode.TreeDamaged;

    /// <summary>Fetches a folder's tree in the background.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="parent">The folder above; null for the top.</param>
    /// <param name="name">The folder's name; empty for the top.</param>
    /// <param name="fetchAhead">True to fetch the trees of its folders before they are asked for.</param>
    /// <returns>Null if the repository lost it.</returns>
    public Task<PreviousFolder?> OpenAsync(BlobId tree, PreviousFolder? parent, ReadOnlyMemory<byte> name, bool fetchAhead = true) =>
        scope.Start(() => LoadAsync(tree, parent, name, fetchAhead));

    /// <summary>Reports a tree that cannot be used, or not to its end.</summary>
    public ValueTask ReportAsync(HandyBackupException exception, ReadOnlySpan<byte> path) => observer.IssueAsync(
        new ItemIssue
        {
            Code = exception.Code,
            Path = ItemName.ToText(path),
            Reason = $"The previous snapshot of this folder cannot be used, so its content is read again: {exception.Message}",
        },
        scope.Token);

    /// <summary>To be called when nothing is under way any more.</summary>
    public void Dispose()
    {
        while (_decoders.TryTake(out BlobDecoder? decoder))
        {
            decoder.Dispose();
        }
    }

    private async Task<PreviousFolder?> LoadAsync(BlobId tree, PreviousFolder? parent, ReadOnlyMemory<byte> name, bool fetchAhead)
    {
        try
        {
            await foreach (BlobPayload blob in retrieve.GetAsync([tree], BlobType.Tree, scope.Token))
            {
                using (blob)
                {
                    return new PreviousFolder(this, Decode(blob), parent, name, fetchAhead);
                }
            }

            throw new HandyBackupException(ErrorCode.BlobMissing, $"Blob {tree} was not delivered.") { Target = tree.ToString() };
        }
        catch (HandyBackupException exception) when (IsAboutTree(exception))
        {
            await ReportAsync(exception, PreviousFolder.PathOf(parent, name));
            return null;
        }
    }

    // Not a pooled buffer: trees fetched ahead are dropped without a word where their folder is gone.
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
