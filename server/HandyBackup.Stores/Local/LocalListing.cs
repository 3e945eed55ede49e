using System.IO.Enumeration;

namespace HandyBackup.Stores;

/// <summary>
/// Walks the folders of a repository. What a crash left unfinished is removed by the walk that meets it: it must be a day old, since the clock of a
/// network drive may differ from ours, and no process may have it open.
/// </summary>
internal sealed class LocalListing
{
    private static readonly TimeSpan s_abandonedAfter = TimeSpan.FromDays(1);

    // By default .NET leaves out hidden entries and those it may not look at; a listing that silently lacks files would be taken for damage.
    private static readonly EnumerationOptions s_everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly LocalLayout _layout;
    private readonly TimeProvider _time;

    public LocalListing(LocalLayout layout, TimeProvider time)
    {
        _layout = layout;
        _time = time;
    }

    public IEnumerable<StoreFileInfo> Enumerate(StoreFileKind kind) => kind switch
    {
        StoreFileKind.Config => EnumerateConfig(),
        StoreFileKind.Pack => EnumerateSubfolders(kind, ""),
        StoreFileKind.Parity => EnumerateFolder(kind, _layout.FolderOf(kind), "").Concat(EnumerateSubfolders(kind, "p-")),
        _ => EnumerateFolder(kind, _layout.FolderOf(kind), ""),
    };

    private IEnumerable<StoreFileInfo> EnumerateConfig()
    {
        var config = new FileInfo(_layout.PathOf(StoreFile.Config));
        return config.Exists ? [new StoreFileInfo("", config.Length)] : [];
    }

    private IEnumerable<StoreFileInfo> EnumerateSubfolders(StoreFileKind kind, string namePrefix)
    {
        foreach (Entry folder in Entries(_layout.FolderOf(kind)))
        {
            if (!folder.IsFolder || !LocalLayout.IsPackFolderName(folder.Name))
            {
                continue;
            }

            foreach (StoreFileInfo file in EnumerateFolder(kind, Path.Join(_layout.FolderOf(kind), folder.Name), namePrefix + folder.Name))
            {
                yield return file;
            }
        }
    }

    private IEnumerable<StoreFileInfo> EnumerateFolder(StoreFileKind kind, string folder, string namePrefix)
    {
        foreach (Entry entry in Entries(folder))
        {
            if (entry.IsFolder)
            {
                continue;
            }

            if (LocalLayout.IsNameOf(kind, entry.Name))
            {
                // A length of 0 may also mean that the file vanished between being read from the folder and being looked at.
                if (entry.Name.StartsWith(namePrefix, StringComparison.Ordinal) && (entry.Size > 0 || File.Exists(Path.Join(folder, entry.Name))))
                {
                    yield return new StoreFileInfo(entry.Name, entry.Size);
                }
            }
            else if (LocalLayout.IsUnfinishedName(entry.Name) && _time.GetUtcNow() - entry.LastWrite > s_abandonedAfter)
            {
                RemoveAbandoned(Path.Join(folder, entry.Name));
            }
        }
    }

    /// <summary>All entries of a folder; none if it is missing, as long as the repository's own folder is there.</summary>
    private IEnumerable<Entry> Entries(string folder)
    {
        FileSystemEnumerable<Entry> entries;
        try
        {
            entries = new FileSystemEnumerable<Entry>(folder, ToEntry, s_everything);
        }
        catch (DirectoryNotFoundException)
        {
            // A drive that was unmounted must not pass for a repository without files.
            if (!Directory.Exists(_layout.Root))
            {
                throw LocalStore.FolderMissing(_layout.Root);
            }

            yield break;
        }

        foreach (Entry entry in entries)
        {
            yield return entry;
        }
    }

    private static Entry ToEntry(ref FileSystemEntry entry) =>
        new(entry.FileName.ToString(), entry.IsDirectory, entry.IsDirectory ? 0 : entry.Length, entry.LastWriteTimeUtc);

    private static void RemoveAbandoned(string path)
    {
        try
        {
            // Whoever writes the file holds it locked (FileShare.None), so this open succeeds only if nobody does.
            using (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None))
            {
            }

            File.Delete(path);
        }
        catch (Exception exception) when (LocalErrors.IsFromSystem(exception))
        {
            // Still in use, gone already, or on a medium that cannot be written: none of it concerns the caller, who only lists.
        }
    }

    private readonly record struct Entry(string Name, bool IsFolder, long Size, DateTimeOffset LastWrite);
}
