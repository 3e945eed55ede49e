using System.Buffers;
using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// Reads what a snapshot, or selected items of it, are made of, and nothing else of its repository: for agents that are not to be trusted with more. A tree opens the way to
/// what it names when it is delivered, so whoever walks from the root down never notices the confinement. Safe to share between threads.
/// </summary>
/// <remarks>
/// What was opened is one bit for each entry of the index. Who asks for something before the folder above it gets the same refusal as who asks for what belongs to others. An id that
/// the repository does not have is missing, whoever asks.
/// </remarks>
public sealed class ConfinedReader : IRetrieve
{
    private readonly BlobReader _reader;
    private readonly BlobVerifier _verifier;
    private readonly bool _hasContent;
    private readonly Action<BlobId> _onRefused;
    private readonly Lock _gate = new();
    private readonly BlobSet _opened;
    // The folders above selected items: they can be read, and open nothing.
    private readonly HashSet<BlobId> _onTheWay = [];

    private ConfinedReader(IndexedRepository repository, bool hasContent, Action<BlobId> onRefused)
    {
        _reader = repository.Reader;
        _verifier = repository.Verifier;
        _hasContent = hasContent;
        _onRefused = onRefused;
        _opened = new BlobSet(() => repository.Index.Blobs);
    }

    /// <summary>Confines to the folders of a snapshot, without the content of files: that is what a backup builds on.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="root">The root tree; null for nothing at all.</param>
    /// <param name="onRefused">Is told each id that was refused, from any thread; returns at once.</param>
    public static ConfinedReader OfFolders(IndexedRepository repository, BlobId? root, Action<BlobId> onRefused)
    {
        var reader = new ConfinedReader(repository, hasContent: false, onRefused);
        if (root is { } tree)
        {
            reader.Open(tree, BlobType.Tree);
        }

        return reader;
    }

    /// <summary>Confines to selected items of a snapshot with all below them, and to the folders on the way to them.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="root">The root tree.</param>
    /// <param name="paths">The items, with or without a leading '/'; empty for the whole snapshot. One that does not exist opens nothing.</param>
    /// <param name="onRefused">Is told each id that was refused, from any thread; returns at once.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="HandyBackupException">A tree on the way to an item cannot be read.</exception>
    public static async Task<ConfinedReader> OfItemsAsync(
        IndexedRepository repository, BlobId root, IEnumerable<string> paths, Action<BlobId> onRefused, CancellationToken cancellationToken)
    {
        var reader = new ConfinedReader(repository, hasContent: true, onRefused);
        await reader.OpenWaysAsync(root, new SelectedPaths(paths), cancellationToken);
        return reader;
    }

    /// <inheritdoc/>
    public async ValueTask GetLengthsAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<long> lengths, CancellationToken cancellationToken)
    {
        await _reader.GetLengthsAsync(ids, type, lengths, cancellationToken);
        for (int i = 0; i < ids.Length; i++)
        {
            if (lengths.Span[i] >= 0 && !IsOpen(ids.Span[i], type))
            {
                lengths.Span[i] = -1;
                _onRefused(ids.Span[i]);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobRefused"/> if one of the blobs is not open; nothing is delivered then.</exception>
    public async IAsyncEnumerable<BlobPayload> GetAsync(IReadOnlyCollection<BlobId> ids, BlobType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (BlobId id in ids)
        {
            if (!IsOpen(id, type) && IsStored(id, type))
            {
                _onRefused(id);
                throw BlobFaults.Refused(id, type);
            }
        }

        await foreach (BlobPayload payload in _reader.GetAsync(ids, type, cancellationToken))
        {
            if (type == BlobType.Tree)
            {
                OpenChildren(payload);
            }

            yield return payload;
        }
    }

    private async Task OpenWaysAsync(BlobId root, SelectedPaths selected, CancellationToken cancellationToken)
    {
        var ways = new Stack<(BlobId Tree, SelectedPaths Selected)>();
        ways.Push((root, selected));
        while (ways.TryPop(out (BlobId Tree, SelectedPaths Selected) way))
        {
            if (way.Selected.IsSelected)
            {
                Open(way.Tree, BlobType.Tree);
                continue;
            }

            _onTheWay.Add(way.Tree);
            foreach (TreeNode node in TreeReader.Read(await _reader.ReadAsync(way.Tree, BlobType.Tree, cancellationToken)))
            {
                if (way.Selected.Find(node.Name.Span) is not { } below)
                {
                    continue;
                }

                if (node.Subtree is { } subtree)
                {
                    ways.Push((subtree, below));
                }
                else if (below.IsSelected)
                {
                    OpenContent(node);
                }
            }
        }
    }

    // A tree that cannot be read opens nothing: whoever gets it finds that out too.
    private void OpenChildren(BlobPayload tree)
    {
        if (!IsEntered(tree.Id))
        {
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, tree.PlainLength));
        try
        {
            Memory<byte> json = buffer.AsMemory(0, tree.PlainLength);
            if (!_verifier.TryGetPlain(tree.Bytes.Span, tree.IsCompressed, json.Span))
            {
                return;
            }

            foreach (TreeNode node in TreeReader.Read(json))
            {
                OpenContent(node);
                if (node.Subtree is { } subtree)
                {
                    Open(subtree, BlobType.Tree);
                }
            }
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.TreeDamaged)
        {
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void OpenContent(TreeNode node)
    {
        for (int i = 0; _hasContent && i < node.Content?.Count; i++)
        {
            Open(node.Content[i], BlobType.Data);
        }
    }

    private void Open(BlobId id, BlobType type)
    {
        lock (_gate)
        {
            _opened.Follow();
            if (_opened.Index.TryFind(new BlobKey(id, type), out int entry))
            {
                _opened.Add(entry);
            }
        }
    }

    private bool IsOpen(BlobId id, BlobType type) => (type == BlobType.Tree && _onTheWay.Contains(id)) || IsEntered(id, type);

    // False for a folder that is only on the way.
    private bool IsEntered(BlobId id, BlobType type = BlobType.Tree)
    {
        lock (_gate)
        {
            _opened.Follow();
            return _opened.Index.TryFind(new BlobKey(id, type), out int entry) && _opened.Contains(entry);
        }
    }

    private bool IsStored(BlobId id, BlobType type)
    {
        lock (_gate)
        {
            _opened.Follow();
            return _opened.Index.Contains(new BlobKey(id, type));
        }
    }
}
