using System.Runtime.InteropServices;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Benchmarks.Indexes;

/// <summary>Blobs that are known by their number, so that millions of them need no memory.</summary>
internal static class GeneratedBlobs
{
    /// <summary>How many blobs a pack has.</summary>
    public const int PerPack = 20;

    private const uint Length = 1_000_000;

    /// <summary>A pack of blobs.</summary>
    public static SavedPack Pack(int number)
    {
        List<PackedBlob> blobs = new(PerPack);
        for (int i = 0; i < PerPack; i++)
        {
            blobs.Add(new PackedBlob(Key((number * PerPack) + i), (uint)i * Length, Length, Length + 7));
        }

        return new SavedPack(new PackId(Hash(number, 1)), blobs);
    }

    /// <summary>A blob.</summary>
    public static BlobKey Key(int number) => new(new BlobId(Hash(number, 2)), number % 10 == 0 ? BlobType.Tree : BlobType.Data);

    // SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators"): as evenly spread as SHA-256 for this purpose, and faster.
    private static Sha256Hash Hash(int number, int series)
    {
        Span<ulong> words = stackalloc ulong[4];
        ulong state = ((ulong)series << 32) | (uint)number;
        state *= 0xD1342543DE82EF95;
        foreach (ref ulong word in words)
        {
            ulong mixed = state += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            word = mixed ^ (mixed >> 31);
        }

        return new Sha256Hash(MemoryMarshal.AsBytes(words));
    }
}
