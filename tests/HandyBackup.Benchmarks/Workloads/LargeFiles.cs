namespace HandyBackup.Benchmarks.Workloads;

/// <summary>Files that do not compress, the same ones each time.</summary>
internal static class LargeFiles
{
    private const int Seed = 20_261_123;
    private const int Block = 1024 * 1024;
    // Smaller ones would touch every chunk that any program cuts, and then nobody could show anything.
    private const int ChangedBlock = 256 * 1024;
    private const double ChangedShare = 0.02;

    /// <summary>Writes files of equal length and returns the folder.</summary>
    /// <param name="folder">The folder, which does not exist yet.</param>
    /// <param name="count">How many files.</param>
    /// <param name="bytes">How many bytes they have together.</param>
    public static string Write(string folder, int count, long bytes)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(Seed);
        byte[] block = new byte[Block];
        for (int i = 0; i < count; i++)
        {
            using var file = new FileStream(Path.Combine(folder, $"file-{i}"), FileMode.CreateNew);
            for (long left = bytes / count; left > 0; left -= Block)
            {
                random.NextBytes(block);
                file.Write(block.AsSpan(0, (int)Math.Min(Block, left)));
            }
        }

        return folder;
    }

    /// <summary>Alters scattered blocks of every file, 2 % of its bytes, other ones in each round.</summary>
    public static void Change(string folder, int round)
    {
        var random = new Random(Seed + round);
        byte[] block = new byte[ChangedBlock];
        foreach (string path in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            using var file = new FileStream(path, FileMode.Open);
            long blocks = file.Length / ChangedBlock;
            for (long left = Math.Max(1, (long)(blocks * ChangedShare)); left > 0; left--)
            {
                random.NextBytes(block);
                file.Position = random.NextInt64(blocks) * ChangedBlock;
                file.Write(block);
            }
        }
    }
}
