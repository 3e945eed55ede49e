using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>The names of one file with several. The first is written; the others are linked to it when it is complete. Safe for several threads.</summary>
internal sealed class HardLinks(TreeNode node, SourceItem first)
{
    private readonly Lock _lock = new();
    private List<RestoreStep>? _waiting = [];
    private bool _isComplete;
    private ulong _names = node.Links;
    private ulong _met = 1;

    /// <summary>The name that the content is written under.</summary>
    public SourceItem First => first;


    /// <summary>True if both have the same content: equal inode numbers alone prove nothing in a snapshot that somebody altered.</summary>
    public bool HasContentOf(TreeNode other) =>
        node.Size == other.Size && (ReferenceEquals(node.Content, other.Content) || (node.Content ?? []).SequenceEqual(other.Content ?? []));

    /// <summary>The walk has met a further name. For one thread.</summary>
    /// <returns>True if it was the last one. Names that were made or removed during the backup may have other numbers of links: the largest counts.</returns>
    public bool Meet(TreeNode other)
    {
        _names = Math.Max(_names, other.Links);
        return ++_met >= _names;
    }

    /// <summary>Keeps a link until the first name is complete, or says whether it is.</summary>
    /// <returns>Null if the link was kept; true if it can be made now; false if the first name failed.</returns>
    public bool? TryWait(RestoreStep link)
    {
        lock (_lock)
        {
            if (_waiting is null)
            {
                return _isComplete;
            }

            _waiting.Add(link);
            return null;
        }
    }

    /// <summary>The first name is complete or failed.</summary>
    /// <returns>The links that waited for it.</returns>
    public IReadOnlyList<RestoreStep> Settle(bool isComplete)
    {
        lock (_lock)
        {
            List<RestoreStep> waiting = _waiting ?? [];
            _waiting = null;
            _isComplete = isComplete;
            return waiting;
        }
    }

    /// <summary>Links whose first name failed, as steps of their own: the first of each file becomes a file, the others its links.</summary>
    public static IEnumerable<RestoreStep> Renew(IReadOnlyList<RestoreStep> links)
    {
        var renewed = new Dictionary<HardLinks, HardLinks>();
        foreach (RestoreStep link in links)
        {
            bool isFurther = renewed.TryGetValue(link.Links!, out HardLinks? group);
            if (group is null)
            {
                group = new HardLinks(link.Node!, link.Item!);
                renewed.Add(link.Links!, group);
            }

            yield return link with { Links = group, IsFurtherLink = isFurther };
        }
    }
}
