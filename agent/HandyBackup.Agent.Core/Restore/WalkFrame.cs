using System.Diagnostics.CodeAnalysis;
using HandyBackup.Agent.Core.Trees;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// A folder of the snapshot that the walk is in. Reads some nodes ahead, so that the trees of the folders among them are fetched together and
/// while the walk still deals with what comes before them.
/// </summary>
internal sealed class WalkFrame : IAsyncDisposable
{
    private const int NodesAhead = 256;
    private const int TreesAhead = 64;
    private const long BytesAhead = 1024 * 1024;

    private readonly SnapshotTrees _trees;
    private readonly IEnumerator<TreeNode> _nodes;
    private readonly Queue<TreeNode> _ahead = new();
    private readonly CancellationToken _cancellationToken;
    private Task<Dictionary<BlobId, ReadOnlyMemory<byte>>>? _fetched;
    private Task _fetchedEarlier = Task.CompletedTask;
    private ReadOnlyMemory<byte> _greatestName;
    private HandyBackupException? _damage;
    private bool _isAtEnd;

    /// <param name="folder">Where the content goes.</param>
    /// <param name="tree">The tree's id.</param>
    /// <param name="text">The tree.</param>
    /// <param name="ownsFolder">True if the walk must announce the folder's end after this frame.</param>
    /// <param name="trees">Fetches trees.</param>
    /// <param name="cancellationToken">Stops fetching ahead.</param>
    public WalkFrame(RestoreFolder folder, BlobId tree, ReadOnlyMemory<byte> text, bool ownsFolder, SnapshotTrees trees, CancellationToken cancellationToken)
    {
        Folder = folder;
        Tree = tree;
        OwnsFolder = ownsFolder;
        _trees = trees;
        _nodes = TreeReader.Read(text).GetEnumerator();
        _cancellationToken = cancellationToken;
    }

    public RestoreFolder Folder { get; }

    public BlobId Tree { get; }

    public bool OwnsFolder { get; }

    /// <summary>The greatest of the names before the last one that was read; empty before the second.</summary>
    public ReadOnlyMemory<byte> PreviousName { get; private set; }

    /// <summary>Reads the next node; false at the end, with the reason if that came early.</summary>
    public bool TryReadNext([NotNullWhen(true)] out TreeNode? node, out HandyBackupException? damage)
    {
        if (_ahead.Count == 0)
        {
            ReadAhead();
        }

        if (!_ahead.TryDequeue(out node))
        {
            damage = _damage;
            return false;
        }

        damage = null;
        PreviousName = _greatestName;
        _greatestName = node.Name.Span.SequenceCompareTo(_greatestName.Span) > 0 ? node.Name : _greatestName;
        return true;
    }

    /// <summary>The text of a subtree, which may have been fetched ahead.</summary>
    /// <exception cref="HandyBackupException">The tree is missing or damaged, or the repository cannot be read.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> LoadAsync(BlobId tree)
    {
        return _fetched is not null && (await _fetched).Remove(tree, out ReadOnlyMemory<byte> text) ? text : await _trees.LoadAsync(tree, _cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _nodes.Dispose();
        await Task.WhenAll(_fetchedEarlier, _fetched ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void ReadAhead()
    {
        var folders = new HashSet<BlobId>();
        while (!_isAtEnd && _ahead.Count < NodesAhead && folders.Count < TreesAhead)
        {
            try
            {
                _isAtEnd = !_nodes.MoveNext();
            }
            catch (HandyBackupException exception)
            {
                _damage = exception;
                _isAtEnd = true;
            }

            if (!_isAtEnd)
            {
                _ahead.Enqueue(_nodes.Current);
                if (_nodes.Current.Subtree is { } subtree)
                {
                    folders.Add(subtree);
                }
            }
        }

        if (_fetched is { IsCompleted: false })
        {
            _fetchedEarlier = Task.WhenAll(_fetchedEarlier, _fetched);
        }

        // A single one is not worth a task; what was fetched before has been used, or is asked for again one by one.
        _fetched = folders.Count > 1 ? _trees.LoadSomeAsync(folders, BytesAhead, _cancellationToken) : null;
    }
}
