namespace HandyBackup.Benchmarks.Workloads;

/// <summary>Reads whole folders: to count them, to bring them into the page cache, to compare them.</summary>
internal static class FolderContent
{
    private static readonly EnumerationOptions s_everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    /// <summary>The sum of all files' lengths.</summary>
    public static long Size(string folder)
    {
        long size = 0;
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", Recursive()))
        {
            size += file.Length;
        }

        return size;
    }

    /// <summary>Reads every file once, so that no program has to wait for the disk, and counts what it reads.</summary>
    public static (long Files, long Bytes) Read(string folder, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[1024 * 1024];
        long files = 0;
        long bytes = 0;
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", Recursive()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.LinkTarget is null)
            {
                using FileStream stream = file.OpenRead();
                for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
                {
                    bytes += read;
                }

                files++;
            }
        }

        return (files, bytes);
    }

    /// <summary>Compares a restored folder with the original: names, kinds, links, rights, times, and every byte.</summary>
    /// <exception cref="BenchmarkException">They differ.</exception>
    public static void Verify(string original, string restored, CancellationToken cancellationToken)
    {
        Dictionary<string, FileSystemInfo> found = new(StringComparer.Ordinal);
        foreach (FileSystemInfo item in new DirectoryInfo(restored).EnumerateFileSystemInfos("*", s_everything))
        {
            found.Add(item.Name, item);
        }

        foreach (FileSystemInfo item in new DirectoryInfo(original).EnumerateFileSystemInfos("*", s_everything))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!found.Remove(item.Name, out FileSystemInfo? copy))
            {
                throw new BenchmarkException($"'{item.FullName}' was not restored.");
            }

            VerifyItem(item, copy);
            if (item is DirectoryInfo && item.LinkTarget is null)
            {
                Verify(item.FullName, copy.FullName, cancellationToken);
            }
        }

        if (found.Count > 0)
        {
            throw new BenchmarkException($"'{found.First().Value.FullName}' was restored, but the original has no such item.");
        }
    }

    private static void VerifyItem(FileSystemInfo item, FileSystemInfo copy)
    {
        bool equal = item.LinkTarget == copy.LinkTarget && item.Attributes == copy.Attributes;
        if (equal && item.LinkTarget is null)
        {
            equal = item.UnixFileMode == copy.UnixFileMode
                && item.LastWriteTimeUtc == copy.LastWriteTimeUtc
                && (item is not FileInfo file || HasSameContent(file, (FileInfo)copy));
        }

        if (!equal)
        {
            throw new BenchmarkException($"'{item.FullName}' was not restored as it was.");
        }
    }

    private static bool HasSameContent(FileInfo one, FileInfo other)
    {
        if (one.Length != other.Length)
        {
            return false;
        }

        byte[] oneBytes = new byte[(int)Math.Min(one.Length, 1024 * 1024)];
        byte[] otherBytes = new byte[oneBytes.Length];
        using FileStream oneStream = one.OpenRead();
        using FileStream otherStream = other.OpenRead();
        for (long left = one.Length; left > 0;)
        {
            int read = oneStream.ReadAtLeast(oneBytes, (int)Math.Min(left, oneBytes.Length), throwOnEndOfStream: false);
            if (read == 0 || otherStream.ReadAtLeast(otherBytes.AsSpan(0, read), read, throwOnEndOfStream: false) != read || !oneBytes.AsSpan(0, read).SequenceEqual(otherBytes.AsSpan(0, read)))
            {
                return false;
            }

            left -= read;
        }

        return true;
    }

    // Links to folders are not entered: they are files to a backup.
    private static EnumerationOptions Recursive() => new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = true };
}
