using System.Buffers;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// Marks every blob that trees need. Each tree is read once, whatever number of snapshots has it; many at once, in the order in which they lie. What is held is
/// one bit for each blob and the folders that are still to be visited. Trees may be added by one thread at a time.
/// </summary>
internal sealed class TreeMarking(BlobIndex index, BlobReader reader, BlobVerifier verifier, PruneReport report)
{
    // Enough that one reading of a pack serves many trees; the reader bounds what is in memory.
    private const int TreesAtOnce = 1024;

    private readonly GrowingFlags _used = new();
    private readonly Stack<BlobId> _pending = [];

    /// <summary>The entries that are needed: of each blob the one that the index finds first.</summary>
    public GrowingFlags Used => _used;

    /// <summary>While it is set, entries that are marked for the first time are marked in it too.</summary>
    public GrowingFlags? Fresh { get; set; }

    /// <summary>Adds a tree that is to be marked with all below it.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobMissing"/>.</exception>
    public void Add(BlobId tree)
    {
        if (TryMark(new BlobKey(tree, BlobType.Tree)))
        {
            _pending.Push(tree);
        }
    }

    /// <summary>Marks all that was added.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobMissing"/>, <see cref="ErrorCode.BlobDamaged"/>, <see cref="ErrorCode.PackMissing"/>,
    /// <see cref="ErrorCode.TreeDamaged"/>, or a store error.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        List<BlobId> wave = new(TreesAtOnce);
        while (_pending.Count > 0)
        {
            wave.Clear();
            while (wave.Count < TreesAtOnce && _pending.TryPop(out BlobId tree))
            {
                wave.Add(tree);
            }

            // Not every tree is delivered before the first is handled, so the reading may be cut short by a failure: it is disposed then.
            await Parallel.ForEachAsync(reader.GetAsync(wave, BlobType.Tree, cancellationToken), options, (payload, _) =>
            {
                using (payload)
                {
                    Mark(payload);
                }

                report.CountItem(null);
                return ValueTask.CompletedTask;
            });
        }
    }

    private void Mark(BlobPayload payload)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, payload.PlainLength));
        try
        {
            Memory<byte> json = buffer.AsMemory(0, payload.PlainLength);
            if (!verifier.TryGetPlain(payload.Bytes.Span, payload.IsCompressed, json.Span) || !BlobVerifier.HasHash(payload.Id, json.Span))
            {
                throw new HandyBackupException(ErrorCode.BlobDamaged, $"Tree blob {payload.Id} has another content than its id promises.") { Target = payload.Id.ToString() };
            }

            MarkNodes(json);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void MarkNodes(ReadOnlyMemory<byte> json)
    {
        foreach (TreeNode node in TreeReader.Read(json))
        {
            if (node.Content is { } content)
            {
                for (int i = 0; i < content.Count; i++)
                {
                    TryMark(new BlobKey(content[i], BlobType.Data));
                }
            }

            if (node.Subtree is { } subtree && TryMark(new BlobKey(subtree, BlobType.Tree)))
            {
                lock (_pending)
                {
                    _pending.Push(subtree);
                }
            }
        }
    }

    private bool TryMark(BlobKey key)
    {
        if (!index.TryFind(key, out int entry))
        {
            throw BlobFaults.Missing(key.Id, key.Type);
        }

        if (!_used.TrySet(entry))
        {
            return false;
        }

        Fresh?.TrySet(entry);
        return true;
    }
}
