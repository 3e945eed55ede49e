using HandyBackup.Agent.Core.Backup;
using HandyBackup.Agent.Core.State;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Backup;

/// <summary>A source, a repository and what is between them, all in memory.</summary>
internal sealed class BackupRig
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(30);

    public BackupRig() => Source = new MemorySource(Tree);

    public MemoryTree Tree { get; } = new();

    public MemorySource Source { get; }

    public MemoryBlobs Blobs { get; } = new();

    public CountingMemoryPool Pool { get; } = new();

    public RecordingObserver Observer { get; private set; } = new();

    public BackupOutcome? Last { get; private set; }

    public BackupOrder Order { get; set; } = new()
    {
        RunId = Guid.Empty,
        Selection = new SourceSelection { Source = "Memory" },
        ChunkerKey = new byte[32],
        CompressionLevel = 1,
    };

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where states are kept; null for nowhere.</summary>
    public AgentStates? States { get; set; }

    /// <summary>The session of the last backup, with its counters.</summary>
    public MemorySession Session => Source.LastSession!;

    /// <summary>Backs up on top of the last backup of this rig.</summary>
    public Task<BackupOutcome> RunAsync(bool full = false) => RunUntilAsync(full, TestContext.Current.CancellationToken);

    /// <summary>Backs up until the token stops it.</summary>
    public async Task<BackupOutcome> RunUntilAsync(bool full, CancellationToken cancellationToken)
    {
        Observer = new RecordingObserver { OnProgress = Observer.OnProgress };
        Blobs.ResetCounts();
        BackupOrder order = Order with
        {
            Full = full,
            PreviousTree = Last?.RootTree,
            PreviousTotals = Last is null ? null : new ItemTotals(Last.Totals.Items, Last.Totals.Bytes),
        };
        await using ISourceSession session = await Source.OpenAsync(cancellationToken);
        var job = new BackupJob(session, order, Blobs, Blobs, Observer, Time, States, Pool);
        Last = await job.RunAsync(cancellationToken).WaitAsync(s_timeLimit, CancellationToken.None);
        return Last;
    }

    /// <summary>Asserts that the last snapshot holds exactly what the source shows.</summary>
    public void AssertSnapshotIsSource() => Assert.Equal(Tree.Describe(), SnapshotContent.Read(Blobs, Last!.RootTree).Describe());

    /// <summary>Asserts that nothing is left of the run: no buffer, no open file.</summary>
    public void AssertNothingLeft()
    {
        Assert.Equal(0, Pool.Rented);
        Assert.Equal(0, Session.OpenReaders);
    }

    /// <summary>Puts another tree in the place of the last snapshot's.</summary>
    public void Forget(BlobId other) => Last = Last! with { RootTree = other };

    public TreeNode Node(string path) => SnapshotContent.Node(Blobs, Last!.RootTree, path);

    /// <summary>Bytes without any pattern, the same for the same seed.</summary>
    public static byte[] Noise(int seed, int length)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }
}
