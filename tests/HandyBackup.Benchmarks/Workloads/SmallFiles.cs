using System.Globalization;
using System.Text;

namespace HandyBackup.Benchmarks.Workloads;

/// <summary>Many small files, the same ones each time: three in four hold text, one in four holds bytes that do not compress.</summary>
internal static class SmallFiles
{
    /// <summary>Bytes of the smallest file.</summary>
    public const int MinimumSize = 200;

    /// <summary>Bytes of the largest file.</summary>
    public const int MaximumSize = 8 * 1024;

    private const int FilesInFolder = 200;
    private const int Seed = 20_261_122;

    /// <summary>Writes so many files and returns the folder.</summary>
    public static string Write(string folder, int count)
    {
        var random = new Random(Seed);
        byte[][] words = MakeWords(random);
        byte[] content = new byte[MaximumSize];
        for (int i = 0; i < count; i++)
        {
            string parent = Path.Combine(folder, (i / FilesInFolder).ToString("d4", CultureInfo.InvariantCulture));
            if (i % FilesInFolder == 0)
            {
                Directory.CreateDirectory(parent);
            }

            Span<byte> bytes = content.AsSpan(0, random.Next(MinimumSize, MaximumSize + 1));
            if (i % 4 == 3)
            {
                random.NextBytes(bytes);
            }
            else
            {
                FillWithText(bytes, words, random);
            }

            using FileStream file = new(Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"file-{i:d7}")), FileMode.CreateNew);
            file.Write(bytes);
        }

        return folder;
    }

    private static byte[][] MakeWords(Random random)
    {
        byte[][] words = new byte[2000][];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Encoding.ASCII.GetBytes(random.GetString("aaabcdeeeefghiiijklmnnooopqrrssttuuvwxyz", random.Next(2, 11)));
        }

        return words;
    }

    private static void FillWithText(Span<byte> bytes, byte[][] words, Random random)
    {
        while (bytes.Length > 0)
        {
            // The square makes some words much more frequent than others, as in real text.
            double place = random.NextDouble();
            byte[] word = words[(int)(place * place * words.Length)];
            int length = Math.Min(word.Length, bytes.Length);
            word.AsSpan(0, length).CopyTo(bytes);
            bytes = bytes[length..];
            if (bytes.Length > 0)
            {
                bytes[0] = (byte)' ';
                bytes = bytes[1..];
            }
        }
    }
}
