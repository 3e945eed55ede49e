using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Items as snapshots hold them. Safe to share between threads.</summary>
internal sealed class StoredItems(SnapshotDirectory snapshots, OpenRepositories repositories, TimeSpan lockWait)
{
    // Lengths are asked for in blocks, so that those of a very large file need not be held at once.
    private const int LengthsAtOnce = 4096;

    /// <summary>Lists items.</summary>
    /// <param name="query">Which.</param>
    /// <param name="reference">The snapshot.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="HandyBackupException">Snapshot or path cannot be found, or a tree cannot be read.</exception>
    public async IAsyncEnumerable<Item> ListAsync(ItemQuery query, SnapshotReference reference, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LocatedSnapshot snapshot = await snapshots.LoadAsync(reference, cancellationToken);
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(snapshot.Repository, cancellationToken);
        var tree = new SnapshotTree(lease.Value.Reader, snapshot.Snapshot.Tree);
        var filter = new NameFilter(query.Filter);
        FoundNode start = await tree.FindAsync(query.Path, cancellationToken);
        await foreach (FoundNode found in tree.ListAsync(start, query.Recurse, cancellationToken))
        {
            Item item = SnapshotItem.Describe(found.Node!, found.ParentPath, snapshot);
            if (filter.Matches(item.Name))
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc cref="IItems.ReadStoredAsync"/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(StoredContentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (request.Offset < 0 || request.Length < 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "Offset and length of what is read cannot be negative.") { Target = request.Path };
        }

        LocatedSnapshot snapshot = await snapshots.LoadAsync(request.Snapshot, cancellationToken);
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(snapshot.Repository, cancellationToken);

        // As a restore does it: nothing of the snapshot goes while it is read, though it be removed for good meanwhile.
        using RepositoryUse use = lease.Value.BeginUse();
        await using IAsyncDisposable shared = await lease.Value.Repository.Locks.AcquireAsync(exclusive: false, lockWait, cancellationToken);
        await lease.Value.RefreshAsync(cancellationToken);
        use.TryPin(snapshot.Snapshot.Tree);
        var tree = new SnapshotTree(lease.Value.Reader, snapshot.Snapshot.Tree);
        BlobId[] blobs = FindContent(await tree.FindAsync(request.Path, cancellationToken), request.Path);
        (int first, long skipped) = await SkipAsync(lease.Value.Reader, blobs, request.Offset, cancellationToken);
        long left = request.Length ?? long.MaxValue;
        Task<byte[]>? next = first < blobs.Length && left > 0 ? lease.Value.Reader.ReadAsync(blobs[first], BlobType.Data, cancellationToken) : null;
        for (int i = first; next is not null; i++)
        {
            // The next one is read while the reader works on this one.
            byte[] blob = await next;
            int start = i == first ? (int)Math.Min(request.Offset - skipped, blob.Length) : 0;
            int length = (int)Math.Min(blob.Length - start, left);
            left -= length;
            next = i + 1 < blobs.Length && left > 0 ? lease.Value.Reader.ReadAsync(blobs[i + 1], BlobType.Data, cancellationToken) : null;
            try
            {
                yield return blob.AsMemory(start, length);
            }
            finally
            {
                // Also where nobody wants it any more: until it has ended it uses the repository.
                await ((Task?)next ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static BlobId[] FindContent(FoundNode found, string path) => found.Node is { Type: NodeType.File } file
        ? [.. file.Content ?? []]
        : throw new HandyBackupException(ErrorCode.ItemUnsupported, $"'{path}' is no file but a {ItemFactory.KindOf(found.Node?.Type ?? NodeType.Folder)}, which has no content.")
        {
            Target = path,
            Advice = "Name a file; what a link points to has a path of its own.",
        };

    // Finds the blob in which an offset lies, from the index alone; and how many bytes are before it.
    private static async Task<(int First, long Skipped)> SkipAsync(BlobReader reader, BlobId[] blobs, long offset, CancellationToken cancellationToken)
    {
        long skipped = 0;
        for (int start = 0; start < blobs.Length && offset > 0; start += LengthsAtOnce)
        {
            ReadOnlyMemory<BlobId> block = blobs.AsMemory(start, Math.Min(LengthsAtOnce, blobs.Length - start));
            long[] lengths = new long[block.Length];
            await reader.GetLengthsAsync(block, BlobType.Data, lengths, cancellationToken);
            for (int i = 0; i < lengths.Length; i++)
            {
                // A missing one is met when it is to be read.
                if (lengths[i] < 0 || skipped + lengths[i] > offset)
                {
                    return (start + i, skipped);
                }

                skipped += lengths[i];
            }
        }

        return offset > 0 ? (blobs.Length, skipped) : (0, 0);
    }
}
