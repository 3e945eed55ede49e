using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Repair;
using HandyBackup.Stores;
using HandyBackup.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>Work whose lock can no longer be refreshed stops before others take the lock for stale, and says why.</summary>
public sealed class LostLockTests
{
    private const int Limit = 30_000;

    private static readonly Dictionary<string, Func<OpenRepository, Task>> s_works = new()
    {
        ["check"] = async repository =>
            await TestRepository.ToListAsync(RepositoryCheck.RunAsync(repository, new CheckOptions { Data = CheckedData.All }, new Progress<RunProgress>(), Stop)),
        ["repair"] = async repository =>
            await TestRepository.ToListAsync(RepositoryRepair.RunAsync(repository, new RepairOptions(), new Progress<RunProgress>(), Stop)),
    };

    public static TheoryData<string> Works => [.. s_works.Keys];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Works))]
    public async Task Work_that_lost_its_lock_says_so(string work)
    {
        await using var store = new MemoryStore();
        await using DamagedRepository content = await DamagedRepository.CreateAsync(store, percent: 0);
        var faulty = new FaultyStore(store);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using OpenRepository repository = await OpenRepository.OpenAsync(faulty, TestRepository.Password, time, Stop);
        faulty.Script(new StoreFault(StoreOperation.Load) { Kind = StoreFileKind.Pack, Delay = TimeSpan.FromHours(1) });

        Task working = s_works[work](repository);
        while (faulty.CallsOf(StoreOperation.Load, StoreFileKind.Pack) == 0)
        {
            // It looks for others' locks for a while.
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }

        // The machine sleeps.
        time.Advance(TimeSpan.FromMinutes(30));

        HandyBackupException error = await Assert.ThrowsAsync<HandyBackupException>(() => working);
        Assert.Equal((ErrorCode.StoreUnavailable, store.Location), (error.Code, error.Target));
        Assert.Contains($"The {work} of", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(store.Files, file => file.Kind == StoreFileKind.Lock);
    }
}
