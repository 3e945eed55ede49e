using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Runs alone: the managed heap is the process's, and what other tests allocate meanwhile would be counted.</summary>
[CollectionDefinition(nameof(BackupRunMemoryTests), DisableParallelization = true)]
[Collection(nameof(BackupRunMemoryTests))]
public sealed class BackupRunMemoryTests : ServerHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync("docs", "main", "one", "two");
    }

    [Fact]
    public async Task Hundred_thousand_warnings_are_all_kept_in_bounded_memory()
    {
        const int Count = 100_000;

        // Held in memory, paths of this length alone would take 80 MB.
        string folder = "data/" + new string('x', 400);
        long largest = 0;
        Agent.DuringBackup = async (_, _, observer, token) =>
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int i = 0; i < Count; i++)
            {
                await observer.IssueAsync(new ItemIssue { Code = ErrorCode.ItemUnreadable, Path = $"{folder}/{i}", Reason = "Permission denied" }, token);
                if (i % 10_000 == 0)
                {
                    largest = Math.Max(largest, GC.GetTotalMemory(forceFullCollection: true) - before);
                }
            }
        };
        Run run = await RunTaskAsync();

        long expected = 0;
        await foreach (RunLogEntry entry in Server.Runs.GetLogAsync(new RunLogQuery { RunId = run.Id, MinimumLevel = RunLogLevel.Warning }, Token))
        {
            Assert.Equal(++expected, entry.Sequence);
        }

        Assert.Equal((Count, Count), (run.Warnings, expected));
        Assert.InRange(largest, 0, 20 * 1024 * 1024);
    }
}
