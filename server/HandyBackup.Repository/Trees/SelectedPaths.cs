using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Paths inside a snapshot, joined where they go through the same folders, so that each folder is looked into once.</summary>
internal sealed class SelectedPaths
{
    private readonly Dictionary<string, SelectedPaths> _below = [];

    /// <param name="paths">The paths, as people write them; an empty one selects everything.</param>
    public SelectedPaths(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            Add(path);
        }
    }

    private SelectedPaths()
    {
    }

    /// <summary>True if a path ends here: the item is selected, with all below it.</summary>
    public bool IsSelected { get; private set; }

    /// <summary>Finds what is selected of an item of this folder; null if neither it nor anything below it is.</summary>
    /// <param name="name">The item's name.</param>
    public SelectedPaths? Find(ReadOnlySpan<byte> name) => _below.GetValueOrDefault(ItemName.ToText(name));

    private void Add(string path)
    {
        SelectedPaths end = this;
        foreach (string name in SnapshotPath.Split(path))
        {
            // A name can be escaped in more ways than one.
            string key = ItemName.ToText(ItemName.ToBytes(name));
            if (!end._below.TryGetValue(key, out SelectedPaths? next))
            {
                next = new SelectedPaths();
                end._below.Add(key, next);
            }

            end = next;
        }

        end.IsSelected = true;
    }
}
