using HandyBackup.Agent.Core.Backup;

namespace HandyBackup.Agent.Core.Tests.Backup;

public class MemoryBudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_asks_first_is_served_first_however_much_he_asks_for()
    {
        var budget = new MemoryBudget(10);
        await budget.AcquireAsync(6, Token);
        Task large = budget.AcquireAsync(8, Token).AsTask();
        Task small = budget.AcquireAsync(4, Token).AsTask();
        Assert.False(large.IsCompleted || small.IsCompleted);
        budget.Release(6);
        await large.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.False(small.IsCompleted);
        budget.Release(8);
        await small.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task More_than_there_is_counts_as_all_there_is()
    {
        var budget = new MemoryBudget(10);
        await budget.AcquireAsync(1000, Token);
        Task next = budget.AcquireAsync(1, Token).AsTask();
        Assert.False(next.IsCompleted);
        budget.Release(1000);
        await next.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nothing()
    {
        var budget = new MemoryBudget(10);
        await budget.AcquireAsync(10, Token);
        using var stop = new CancellationTokenSource();
        Task waiting = budget.AcquireAsync(10, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        budget.Release(10);
        await budget.AcquireAsync(10, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);
    }
}
