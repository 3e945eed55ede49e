using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>
/// A tree of items in memory: what a <see cref="MemorySource"/> shows and a <see cref="MemoryTarget"/> writes. Paths are those of
/// <see cref="ItemName"/>, '/' between names, none at the start. Numbers and times that are given out depend on the order of the calls only.
/// </summary>
public sealed class MemoryTree
{
    private const long FirstSecond = 1_700_000_000;
    private ulong _lastInode;

    /// <summary>Makes a tree with an empty root folder.</summary>
    public MemoryTree() => Root = NewItem([], SourceItemKind.Folder, 0x1ED);

    /// <summary>The top folder.</summary>
    public MemoryItem Root { get; }

    /// <summary>Adds or replaces a file; folders above are made as needed.</summary>
    public MemoryItem AddFile(string path, ReadOnlyMemory<byte> content) => Add(path, SourceItemKind.File, 0x1A4, item => item.Content = content);

    /// <summary>Adds or replaces a file with a text as content.</summary>
    public MemoryItem AddFile(string path, string content) => AddFile(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Finds a folder, or adds it and those above.</summary>
    public MemoryItem AddFolder(string path)
    {
        MemoryItem folder = Root;
        foreach (string name in Names(path))
        {
            byte[] bytes = ItemName.ToBytes(name);
            if (!folder.Children.TryGetValue(bytes, out MemoryItem? child))
            {
                child = NewItem(bytes, SourceItemKind.Folder, 0x1ED);
                folder.Children.Add(bytes, child);
            }

            folder = child;
        }

        return folder;
    }

    /// <summary>Adds or replaces a symbolic link.</summary>
    public MemoryItem AddLink(string path, string target) =>
        Add(path, SourceItemKind.SymbolicLink, 0x1FF, item => item.Details = new SourceItemDetails { LinkTarget = ItemName.ToBytes(target) });

    /// <summary>Adds or replaces a device node, pipe or socket.</summary>
    public MemoryItem AddSpecial(string path, SourceItemKind kind, ulong device = 0) => Add(path, kind, 0x180, item => item.Device = device);

    /// <summary>Adds a further hard link of a file; both then have the inode of the first.</summary>
    public MemoryItem AddHardLink(string path, MemoryItem existing)
    {
        existing.Links++;
        return Add(path, existing.Kind, existing.Mode ?? 0, item =>
        {
            item.Content = existing.Content;
            item.Inode = existing.Inode;
            item.Links = existing.Links;
            item.Modified = existing.Modified;
            item.Changed = existing.Changed;
            item.Details = existing.Details;
        });
    }

    /// <summary>Replaces a file's content the way a program would: the times move on.</summary>
    public void Write(string path, ReadOnlyMemory<byte> content)
    {
        MemoryItem item = Get(path);
        item.Content = content;
        Touch(item);
    }

    /// <summary>Moves an item's times on.</summary>
    public void Touch(MemoryItem item)
    {
        item.Modified = new SourceTime(FirstSecond + (long)++_lastInode, 7);
        item.Changed = item.Modified;
    }

    /// <summary>Takes an item away.</summary>
    public void Remove(string path) => AddFolder(ParentPath(path)).Children.Remove(ItemName.ToBytes(LastName(path)));

    /// <summary>Finds an item; null if there is none.</summary>
    public MemoryItem? Find(string path)
    {
        MemoryItem? item = Root;
        foreach (string name in Names(path))
        {
            if (!item.Children.TryGetValue(ItemName.ToBytes(name), out item))
            {
                return null;
            }
        }

        return item;
    }

    /// <summary>Finds an item that must be there.</summary>
    public MemoryItem Get(string path) => Find(path) ?? throw new ArgumentException($"There is no '{path}' in the tree.", nameof(path));

    /// <summary>One line for each item with all that a backup keeps of it, in order of the paths: equal lines mean equal trees.</summary>
    public IReadOnlyList<string> Describe(string path = "")
    {
        var lines = new List<string>();
        DescribeChildren(Get(path), "", lines);
        return lines;
    }

    private static void DescribeChildren(MemoryItem folder, string path, List<string> lines)
    {
        foreach (MemoryItem item in folder.Children.Values)
        {
            string name = path + ItemName.ToText(item.Name);
            string text = string.Create(
                CultureInfo.InvariantCulture,
                $"{name} {item.Kind} mode={item.Mode} owner={item.UserId}:{item.GroupId}={item.Details.User}:{item.Details.Group} modified={item.Modified} device={item.Device} target={Convert.ToHexString(item.Details.LinkTarget.Span)}");
            foreach ((string key, byte[] value) in item.Details.ExtendedAttributes ?? [])
            {
                text += $" {key}={Convert.ToHexString(value)}";
            }

            if (item.Kind == SourceItemKind.File)
            {
                text += $" {item.Content.Length}:{Convert.ToHexString(SHA256.HashData(item.Content.Span))}";
            }

            lines.Add(text);
            DescribeChildren(item, name + "/", lines);
        }
    }

    private static string[] Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string ParentPath(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : "";

    private static string LastName(string path) => path[(path.LastIndexOf('/') + 1)..];

    private MemoryItem Add(string path, SourceItemKind kind, uint mode, Action<MemoryItem> configure)
    {
        MemoryItem item = NewItem(ItemName.ToBytes(LastName(path)), kind, mode);
        configure(item);
        AddFolder(ParentPath(path)).Children[item.Name] = item;
        return item;
    }

    private MemoryItem NewItem(byte[] name, SourceItemKind kind, uint mode)
    {
        ulong inode = ++_lastInode;
        var time = new SourceTime(FirstSecond + (long)inode, (int)(inode * 1_000_003 % 1_000_000_000));
        return new MemoryItem { Name = name, Kind = kind, Mode = mode, Inode = inode, Modified = time, Changed = time };
    }
}
