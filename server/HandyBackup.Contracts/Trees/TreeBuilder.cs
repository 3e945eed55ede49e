namespace HandyBackup.Contracts;

/// <summary>
/// Encodes a tree byte for byte as restic does: <c>{"nodes":[…]}</c> and a line feed (doc/design.rst, "Trees and Data"; TreeJSONBuilder in
/// internal/data/tree.go). Can be used for one tree after the other. Not safe for several threads.
/// </summary>
/// <remarks>
/// A node that <see cref="TreeReader"/> read is written as it was read, also where its writer used another version of Go's encoder than the one
/// followed here (1.22 to 1.25), or fields that are not known here. A node made anew is written in that form.
/// </remarks>
public sealed class TreeBuilder : IDisposable
{
    private readonly JsonBuffer _json = new();
    private ReadOnlyMemory<byte> _lastName;
    private bool _isComplete;

    /// <summary>How many nodes the tree has so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a node. After <see cref="Complete"/> it is the first one of a new tree.</summary>
    /// <exception cref="ArgumentException">The name is empty, or not greater than the one before in the order of bytes: restic refuses such trees.</exception>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemUnsupported"/> if the tree would be larger than 2 GiB.</exception>
    public void Add(TreeNode node)
    {
        if (_isComplete || Count == 0)
        {
            Reset();
            _json.Write("{\"nodes\":["u8);
        }

        // The empty name is not greater than the empty start value, so it is refused, too.
        if (node.Name.Span.SequenceCompareTo(_lastName.Span) <= 0)
        {
            throw new ArgumentException(
                $"The name '{ItemName.ToText(node.Name.Span)}' does not come after '{ItemName.ToText(_lastName.Span)}'.", nameof(node));
        }

        int start = _json.Length;
        try
        {
            if (Count > 0)
            {
                _json.Write((byte)',');
            }

            WriteNode(node);
        }
        catch
        {
            _json.Truncate(start);
            throw;
        }

        _lastName = node.Name;
        Count++;
    }

    /// <summary>Ends the tree. The memory stays valid until the next call of any method.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        if (_isComplete || Count == 0)
        {
            Reset();
            _json.Write("{\"nodes\":["u8);
        }

        _json.Write("]}\n"u8);
        _isComplete = true;
        return _json.Written;
    }

    /// <summary>Gives up what was added since the last tree was completed.</summary>
    public void Reset()
    {
        _json.Truncate(0);
        _lastName = default;
        _isComplete = false;
        Count = 0;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => _json.Dispose();

    private void WriteNode(TreeNode node)
    {
        if (node.WrittenForm is { } written)
        {
            _json.Write(written);
        }
        else
        {
            NodeEncoder.Write(node, _json);
        }
    }
}
