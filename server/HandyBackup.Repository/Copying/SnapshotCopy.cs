using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// Copies a snapshot and what it needs from one repository to another. Blobs that the target has are not read; the others are opened, verified and sealed
/// with the target's key, without being compressed again. For one copy.
/// </summary>
/// <param name="source">The repository that has the snapshot.</param>
/// <param name="target">The repository that gets it.</param>
/// <param name="progress">Is told the counters. Items are those of the snapshot, bytes their content.</param>
/// <param name="countAdded">Is told the bytes that each blob adds to the target, from several threads.</param>
public sealed class SnapshotCopy(IndexedRepository source, IndexedRepository target, IProgress<RunProgress> progress, Action<long> countAdded)
{
    // How many blobs are asked for at once: enough to read packs in long ranges, few enough to hold.
    private const int BatchSize = 4096;

    private readonly HashSet<BlobId> _visited = [];
    private readonly HashSet<BlobId> _data = [];
    private readonly HashSet<BlobId> _trees = [];
    private RunProgress _counters = new();

    /// <summary>
    /// Copies a snapshot. All it needs is durable in the target before its file is saved. The caller holds a lock of both repositories; prunes of this
    /// process may go on in both.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, the codes of damage in the source, or a store error.</exception>
    public async Task<CopiedSnapshot> RunAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        // As for a restore from the one and a backup into the other: nothing that is read or relied on goes meanwhile.
        using RepositoryUse reading = source.BeginUse();
        using RepositoryUse writing = target.BeginUse();

        // Under the locks: what another program removed from an index before that was still known here.
        await source.RefreshAsync(cancellationToken);
        await target.RefreshAsync(cancellationToken);
        Snapshot snapshot = await source.Repository.Snapshots.LoadAsync(id, cancellationToken);
        reading.TryPin(snapshot.Tree);
        if (await FindCopyAsync(snapshot, snapshot.Original ?? id, cancellationToken) is { } copy)
        {
            return new CopiedSnapshot(copy, true);
        }

        BlobWriter writer = target.Writer;
        await CopyTreesAsync(snapshot.Tree, writer, cancellationToken);
        await CopyAsync(_data, BlobType.Data, writer, cancellationToken);
        await CopyAsync(_trees, BlobType.Tree, writer, cancellationToken);
        await writer.FlushAsync(cancellationToken);
        return new CopiedSnapshot(await target.Repository.Snapshots.SaveCopyAsync(source.Repository.Snapshots, id, cancellationToken), false);
    }

    // The first snapshot's id stays with all its copies as 'original', and a copy is known by that: restic's rule (cmd/restic/cmd_copy.go).
    private async Task<SnapshotId?> FindCopyAsync(Snapshot snapshot, SnapshotId original, CancellationToken cancellationToken)
    {
        await foreach (SnapshotEntry entry in target.Repository.Snapshots.ListAsync(cancellationToken))
        {
            if (entry.Snapshot is { } other && (entry.Id == original || other.Original == original) && IsSimilar(snapshot, other))
            {
                return entry.Id;
            }
        }

        return null;
    }

    private static bool IsSimilar(Snapshot left, Snapshot right) =>
        left.Tree == right.Tree && left.Time == right.Time && left.HostName == right.HostName && left.UserName == right.UserName
        && left.UserId == right.UserId && left.GroupId == right.GroupId && left.Paths.ToHashSet().SetEquals(right.Paths)
        && left.Tags.ToHashSet().SetEquals(right.Tags) && left.Excludes.SequenceEqual(right.Excludes);

    private async Task CopyTreesAsync(BlobId root, BlobWriter writer, CancellationToken cancellationToken)
    {
        var folders = new Stack<BlobId>([root]);
        while (folders.TryPop(out BlobId folder))
        {
            if (!_visited.Add(folder))
            {
                continue;
            }

            // A tree that the target has says nothing about what is below it: an interrupted backup may have stored it alone.
            byte[] json = await source.Reader.ReadAsync(folder, BlobType.Tree, cancellationToken);
            foreach (TreeNode node in TreeReader.Read(json))
            {
                Collect(node, folders);
                if (_data.Count >= BatchSize)
                {
                    await CopyAsync(_data, BlobType.Data, writer, cancellationToken);
                }
            }

            if (!target.Contains(folder, BlobType.Tree))
            {
                _trees.Add(folder);
            }

            progress.Report(_counters);
            if (_trees.Count >= BatchSize)
            {
                await CopyAsync(_trees, BlobType.Tree, writer, cancellationToken);
            }
        }
    }

    private void Collect(TreeNode node, Stack<BlobId> folders)
    {
        if (node.Subtree is { } subtree)
        {
            folders.Push(subtree);
        }

        foreach (BlobId id in node.Content ?? [])
        {
            if (!target.Contains(id, BlobType.Data))
            {
                _data.Add(id);
            }
        }

        _counters = _counters with { Items = _counters.Items + 1, Bytes = _counters.Bytes + (long)node.Size };
    }

    private async Task CopyAsync(HashSet<BlobId> ids, BlobType type, BlobWriter writer, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            source.Reader.GetAsync(ids, type, cancellationToken),
            options,
            async (blob, token) => countAdded(await writer.PutAsync(blob, verify: true, token)));
        ids.Clear();
    }
}
