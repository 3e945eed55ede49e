using System.Diagnostics;
using HandyBackup.Agent.Core.Backup;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.State;

/// <summary>Measured with nothing beside it: others fill the heap, too.</summary>
[CollectionDefinition(nameof(StateMemoryTests), DisableParallelization = true)]
[Collection(nameof(StateMemoryTests))]
public class StateMemoryTests
{
    private const int Folders = 1000;

    // Of the walk itself; what the test's repository holds was there before.
    private const long MostHeap = 16L * 1024 * 1024;

    [Fact]
    public async Task Million_unchanged_items_take_no_memory()
    {
        using var rig = new StateRig();
        var session = new ManyItemsSession(Folders);
        BackupOutcome first = await RunAsync(rig, session, null);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        int listed = 0;
        session.AfterFolder = () => most = ++listed % 100 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)) : most;
        var watch = Stopwatch.StartNew();
        BackupOutcome second = await RunAsync(rig, session, first);
        TestContext.Current.SendDiagnosticMessage($"{second.Totals.Items} unchanged items: {watch.Elapsed.TotalSeconds:F2} s, state file {new FileInfo(rig.StateFile).Length} bytes, heap {most - before} bytes");

        Assert.Equal((first.RootTree, 1_001_000L, 1_000_000L), (second.RootTree, second.Totals.Items, second.Totals.UnchangedFiles));
        Assert.True(listed >= 10 * 100, $"{listed} folders listed");
        Assert.True(most - before < MostHeap, $"{most - before} bytes");

        session.AfterFolder = null;
        session.Changed = (500, 500);
        rig.Fetched.Clear();
        watch.Restart();
        BackupOutcome third = await RunAsync(rig, session, second);
        TestContext.Current.SendDiagnosticMessage($"one of them changed: {watch.Elapsed.TotalSeconds:F2} s");
        Assert.Equal((2, 1L, 999_999L), (rig.Fetched.Count, third.Totals.ChangedFiles, third.Totals.UnchangedFiles));

        session.Changed = (500, 500);
        rig.Fetched.Clear();
        await RunAsync(rig, session, third);
        Assert.Empty(rig.Fetched);
    }

    private static Task<BackupOutcome> RunAsync(StateRig rig, ManyItemsSession session, BackupOutcome? previous)
    {
        BackupOrder order = rig.Backup.Order with { PreviousTree = previous?.RootTree };
        var job = new BackupJob(session, order, rig.Backup.Blobs, rig.Backup.Blobs, new RecordingObserver(), TimeProvider.System, rig.Backup.States);
        return job.RunAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }
}
