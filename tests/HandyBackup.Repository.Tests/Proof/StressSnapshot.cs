using HandyBackup.Contracts;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>Where a snapshot is, as far as the model knows.</summary>
internal enum StressState
{
    /// <summary>Its backup or copy did not end well: it may be there or not, and if it is, it is whole.</summary>
    Attempted,

    /// <summary>It must be there.</summary>
    Committed,

    /// <summary>A removal or a restore from the trash did not end well: it must be there, or in the trash.</summary>
    Moving,

    /// <summary>It must be in the trash until the grace is over.</summary>
    Removed,
}

/// <summary>What the model knows of one snapshot in one repository.</summary>
internal sealed class StressSnapshot
{
    /// <summary>The path in the snapshot's description, by which it is recognized.</summary>
    public required string Path { get; init; }

    /// <summary>Its files: name, and the seeds of the blobs that it is made of.</summary>
    public required IReadOnlyDictionary<string, int[]> Files { get; init; }

    public SnapshotId? Id { get; set; }

    public StressState State { get; set; }

    /// <summary>When its removal began, by the repository's clock.</summary>
    public DateTimeOffset Removed { get; set; }

    /// <summary>True while an operation works on it: others leave it alone.</summary>
    public bool IsBusy { get; set; }

    /// <summary>The content of a blob: the same for the same seed, everywhere.</summary>
    public static byte[] ContentOf(int seed)
    {
        var random = new Random(seed);
        byte[] content = new byte[random.Next(1, 4000)];
        random.NextBytes(content);
        if (seed % 3 == 0)
        {
            content.AsSpan(content.Length / 3).Clear();
        }

        return content;
    }
}
