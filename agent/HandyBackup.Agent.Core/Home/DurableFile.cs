using HandyBackup.Stores;

namespace HandyBackup.Agent.Core.Home;

/// <summary>
/// Small files that only the agent's user may read: a crash at any time leaves the old content or the new, and on Linux what was written survives a loss of
/// power. On Windows the folder's access list protects them.
/// </summary>
internal static class DurableFile
{
    /// <summary>What is read at most, in bytes: none of these files comes near it.</summary>
    public const int MaximumSize = 1024 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Attempts = 40;
    private static readonly TimeSpan s_betweenAttempts = TimeSpan.FromMilliseconds(25);

    /// <summary>Replaces a file, or makes it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string unfinished = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        // One that a crash left behind may have other rights.
        File.Delete(unfinished);
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        Replace(unfinished, path);
        FolderEntries.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads a whole file.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="IOException">It cannot be read, or is longer than <see cref="MaximumSize"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static byte[]? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (file.Length > MaximumSize)
            {
                throw new IOException($"'{path}' is longer than {MaximumSize} bytes.");
            }

            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // Windows replaces no file that somebody reads at the moment, and an installation that waits for the agent reads its report again and again.
    private static void Replace(string unfinished, string path)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                File.Move(unfinished, path, overwrite: true);
                return;
            }
            catch (Exception exception) when (OperatingSystem.IsWindows() && attempt < Attempts && exception is IOException or UnauthorizedAccessException)
            {
#pragma warning disable RS0030 // A second at most, and what is written here is worth it whether the agent stops or not.
                Thread.Sleep(s_betweenAttempts);
#pragma warning restore RS0030
            }
        }
    }
}
