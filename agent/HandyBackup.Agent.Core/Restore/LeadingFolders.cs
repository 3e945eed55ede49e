using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>One name of the way to a selection's place.</summary>
/// <param name="Name">The name.</param>
/// <param name="Node">The folder of the snapshot with the same path, where there is one: a folder to be created gets its metadata.</param>
internal sealed record LeadingName(byte[] Name, TreeNode? Node);

/// <summary>The folders that lead to the selections' places and are not selected themselves: created where they are missing, else left alone.</summary>
internal sealed class LeadingFolders
{
    private readonly List<(RestoreFolder Parent, byte[] Name, RestoreFolder Folder, bool IsCreated)> _folders = [];

    /// <summary>The folder of a name in another one; null if it was not met yet. Selections come in the order of their places, so the last ones are looked at first.</summary>
    public RestoreFolder? Find(RestoreFolder parent, byte[] name)
    {
        for (int i = _folders.Count - 1; i >= 0; i--)
        {
            if (_folders[i].Parent == parent && _folders[i].Name.AsSpan().SequenceEqual(name))
            {
                return _folders[i].Folder;
            }
        }

        return null;
    }

    public void Add(RestoreFolder parent, byte[] name, RestoreFolder folder, bool isCreated) => _folders.Add((parent, name, folder, isCreated));

    /// <summary>Those that were created, each after all that lie in it.</summary>
    public IEnumerable<RestoreFolder> CreatedDeepestFirst()
    {
        for (int i = _folders.Count - 1; i >= 0; i--)
        {
            if (_folders[i] is { IsCreated: true, Folder.IsRefused: false })
            {
                yield return _folders[i].Folder;
            }
        }
    }
}
