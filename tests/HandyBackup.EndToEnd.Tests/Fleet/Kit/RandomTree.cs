namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>Files that cannot be compressed, so that bytes on the line can be counted.</summary>
internal static class RandomTree
{
    /// <summary>Makes or replaces files of a size.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="files">How many.</param>
    /// <param name="size">The size of each.</param>
    /// <param name="seed">Equal seeds make equal files.</param>
    public static void Write(string folder, int files, int size, int seed)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(seed);
        byte[] content = new byte[size];
        for (int file = 0; file < files; file++)
        {
            random.NextBytes(content);
            File.WriteAllBytes(Path.Join(folder, $"file{file:000}"), content);
        }
    }
}
