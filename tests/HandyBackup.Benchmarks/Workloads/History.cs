using System.Globalization;

namespace HandyBackup.Benchmarks.Workloads;

/// <summary>A folder that changes from snapshot to snapshot.</summary>
internal static class History
{
    private const int Seed = 20_261_124;
    private const double ChangedShare = 0.02;

    /// <summary>Writes one file in fifty anew, with content that does not compress.</summary>
    public static void Change(string folder, int step)
    {
        var random = new Random(Seed + step);
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        byte[] content = new byte[SmallFiles.MaximumSize];
        for (int left = Math.Max(1, (int)(files.Length * ChangedShare)); left > 0; left--)
        {
            random.NextBytes(content);
            File.WriteAllBytes(files[random.Next(files.Length)], content);
        }

        File.WriteAllText(Path.Combine(folder, "step"), step.ToString(CultureInfo.InvariantCulture));
    }
}
