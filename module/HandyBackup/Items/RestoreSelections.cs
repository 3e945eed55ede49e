using HandyBackup.Contracts;

namespace HandyBackup.Module.Items;

/// <summary>Collects what of one snapshot is to be restored, so that it becomes one run.</summary>
internal sealed class RestoreSelections
{
    private readonly Dictionary<string, string> _targets = new(StringComparer.Ordinal);
    private readonly List<RestoreSelection> _selections = [];

    /// <summary>What was collected.</summary>
    public IReadOnlyList<RestoreSelection> Selections => _selections;

    /// <summary>Adds an item; nothing if a folder above it is there already, since it comes along with that.</summary>
    /// <param name="path">The item's path in the snapshot; empty for everything.</param>
    /// <param name="keepPath">True to keep the item's folders below the destination; false to put it right there by its own name.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>: another item would go to the same place.</exception>
    public void Add(string path, bool keepPath)
    {
        if (IsCovered(path))
        {
            return;
        }

        string target = keepPath ? path : ItemPath.Name(path);
        if (_targets.TryGetValue(target, out string? other))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{path}' and '{other}' would both be restored as '{target}'.")
            {
                Target = path,
                Advice = "Keep the folders of the items with -KeepPath, or restore them to different destinations.",
            };
        }

        _targets.Add(target, path);
        _sources.Add(path);
        _selections.Add(new RestoreSelection(path, target));
    }

    private readonly HashSet<string> _sources = new(StringComparer.Ordinal);

    private bool IsCovered(string path)
    {
        if (_sources.Count == 0)
        {
            return false;
        }

        for (int length = path.Length; length > 0; length = path.LastIndexOf('/', length - 1))
        {
            if (_sources.Contains(path.Substring(0, length)))
            {
                return true;
            }
        }

        return _sources.Contains("");
    }
}
