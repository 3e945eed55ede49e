using HandyBackup.Agent.Core.Backup;
using HandyBackup.Agent.Core.State;
using HandyBackup.Agent.Core.Tests.Backup;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Core.Tests.State;

/// <summary>A <see cref="BackupRig"/> whose agent keeps its state in a temporary folder.</summary>
internal sealed class StateRig : IDisposable, ILogger
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();

    public StateRig()
    {
        Backup.States = new AgentStates(Folder, TimeProvider.System, this);
        Backup.Order = Backup.Order with { State = new AgentStateKey("repository", Guid.NewGuid(), Guid.Empty) };
        Backup.Blobs.BeforeGet = (ids, _) =>
        {
            lock (Fetched)
            {
                Fetched.AddRange(ids);
            }

            return ValueTask.CompletedTask;
        };
    }

    public BackupRig Backup { get; } = new();

    public MemoryTree Tree => Backup.Tree;

    /// <summary>The trees that were fetched since the last run began.</summary>
    public List<BlobId> Fetched { get; } = [];

    /// <summary>What the agent said of its state files.</summary>
    public List<string> LogLines { get; } = [];

    public string Folder => _folder.Combine("agent-state");

    public string StateFile => Directory.GetFiles(Folder).Single();

    /// <summary>Some folders and files.</summary>
    public static StateRig WithTree()
    {
        var rig = new StateRig();
        rig.Tree.AddFile("a/b/c/one", "one");
        rig.Tree.AddFile("a/b/c/two", "two");
        rig.Tree.AddFile("a/b/large", BackupRig.Noise(1, 2_000_000));
        rig.Tree.AddFile("a/zero", "");
        rig.Tree.AddLink("link", "zero");
        rig.Tree.AddSpecial("pipe", SourceItemKind.Fifo);
        rig.Tree.AddFile("x/y/three", "three");
        rig.Tree.AddFolder("x/z");
        rig.Tree.AddFile("zero", "");
        return rig;
    }

    public Task<BackupOutcome> RunAsync(bool full = false)
    {
        Fetched.Clear();
        return Backup.RunAsync(full);
    }

    /// <summary>Runs without the state first, then with it, and asserts that nothing but the effort differs.</summary>
    public async Task<BackupOutcome> RunAndCompareAsync()
    {
        BackupOutcome previous = Backup.Last!;
        BackupOrder order = Backup.Order with { PreviousTree = previous.RootTree };
        var observer = new RecordingObserver();
        BackupOutcome expected;
        await using (ISourceSession session = await Backup.Source.OpenAsync(TestContext.Current.CancellationToken))
        {
            var job = new BackupJob(session, order, Backup.Blobs, Backup.Blobs, observer, TimeProvider.System);
            expected = await job.RunAsync(TestContext.Current.CancellationToken).WaitAsync(s_timeLimit, TestContext.Current.CancellationToken);
        }

        BackupOutcome actual = await RunAsync();
        Assert.Equal(expected.RootTree, actual.RootTree);
        Assert.Equal(expected.Totals with { NewBytes = 0 }, actual.Totals with { NewBytes = 0 });
        Assert.Equal(observer.Issues.Order(IssueOrder.Instance), Backup.Observer.Issues.Order(IssueOrder.Instance));
        Backup.AssertNothingLeft();
        return actual;
    }

    public BlobId[] Trees(params string[] folders) => [.. folders.Select(folder => folder.Length == 0 ? Backup.Last!.RootTree : Backup.Node(folder).Subtree!.Value)];

    public void Dispose() => _folder.Dispose();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        LogLines.Add($"{logLevel}: {formatter(state, exception)}");

    private sealed class IssueOrder : IComparer<ItemIssue>
    {
        public static IssueOrder Instance { get; } = new();

        public int Compare(ItemIssue? x, ItemIssue? y) => string.CompareOrdinal(x?.Path + x?.Reason, y?.Path + y?.Reason);
    }
}
