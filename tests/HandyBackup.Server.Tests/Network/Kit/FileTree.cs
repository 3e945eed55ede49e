namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>Files that cannot be compressed, so that bytes on the wire can be counted.</summary>
internal static class FileTree
{
    /// <summary>Makes a folder with files of a size, of different content each.</summary>
    public static void Create(string folder, int files, int size, int seed = 0)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < files; i++)
        {
            byte[] content = new byte[size];
            new Random((seed * 1009) + i).NextBytes(content);
            File.WriteAllBytes(Path.Join(folder, $"file{i:000}"), content);
        }
    }

    /// <summary>Expects that two folders have the same files with the same content.</summary>
    public static void AssertEqual(string expected, string actual)
    {
        string[] names = [.. Directory.GetFiles(expected).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(names);
        Assert.Equal(names, Directory.GetFiles(actual).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        foreach (string name in names)
        {
            Assert.True(File.ReadAllBytes(Path.Join(expected, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Join(actual, name))), $"'{name}' differs.");
        }
    }
}
