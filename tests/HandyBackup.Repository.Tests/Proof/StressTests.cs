using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>Random work on two repositories, several operations at once, with a loss of power at any call of the store, again and again: nothing that was committed is ever lost.</summary>
public sealed class StressTests
{
    private const int Limit = 24 * 3_600_000;
    private const int Lives = 8;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Crash_at_any_call_loses_nothing_that_was_committed()
    {
        int count = 0;
        await ProofRun.RunAsync("crash", everyday: 8, integration: 25, seed => ProveAsync(seed, tears: false, restic: count++ % 12 == 0));
    }

    [Fact(Timeout = Limit)]
    public async Task Crash_of_a_drive_that_lies_about_flushing_loses_nothing_that_was_committed_before()
    {
        int count = 0;
        await ProofRun.RunAsync("torn", everyday: 5, integration: 15, seed => ProveAsync(seed, tears: true, restic: count++ % 12 == 0));
    }

    private static async Task ProveAsync(int seed, bool tears, bool restic)
    {
        using var caches = new TempFolder();
        var random = new Random(seed);
        var time = new HastyTimeProvider();
        int parityPercent = random.Next(3) == 0 ? 3 : 0;
        bool fails = random.Next(2) == 0;
        await using StressRepository main = Create(seed, "main", tears, fails, time, random.Next(3) == 0 ? caches.Path : null);
        await using StressRepository copies = Create(seed + 1, "copies", tears, fails, time, null);
        await main.CreateAsync(1 + random.Next(2), parityPercent);
        await copies.CreateAsync(1 + random.Next(2), 0);
        var work = new StressWork(main, copies, seed);
        for (int life = 0; life < Lives; life++)
        {
            await LiveAsync(main, copies, work, random, parityPercent);
            await new StressVerdict(main).ProveAsync(tears);
            await new StressVerdict(copies).ProveAsync(tears);
        }

        if (restic)
        {
            await new StressVerdict(main).ProveByResticAsync();
            await new StressVerdict(copies).ProveByResticAsync();
        }
    }

    private static StressRepository Create(int seed, string name, bool tears, bool fails, HastyTimeProvider time, string? cacheFolder)
    {
        var script = new CrashScript(seed + name.Length)
        {
            TearsFiles = tears,
            FailuresInThousand = fails ? 4 : 0,
            LostAnswersInThousand = fails ? 4 : 0,
            MostLatency = seed % 5,
        };
        return new StressRepository(new CrashingStore(script), time, cacheFolder);
    }

    // One process works on both repositories, and they crash at the same moment.
    private static async Task LiveAsync(StressRepository main, StressRepository copies, StressWork work, Random random, int parityPercent)
    {
        int crashAfter = random.Next(10, 600);
        int seed = random.Next();
        int workers = random.Next(1, 5);
        try
        {
            await main.OpenAsync(crashAfter, parityPercent);
            await copies.OpenAsync(crashAfter * 2, 0);
            await main.LoadIndexAsync();
            await copies.LoadIndexAsync();
            await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(main, copies, work, new Random(seed + worker)), Stop)));
        }
        catch (Contracts.HandyBackupException exception) when (exception.Code == Contracts.ErrorCode.StoreUnavailable)
        {
            // It crashed while it was being opened.
        }

        main.Place.Crash();
        copies.Place.Crash();
        await main.DisposeAsync();
        await copies.DisposeAsync();
    }

    private static async Task WorkAsync(StressRepository main, StressRepository copies, StressWork work, Random random)
    {
        for (int operation = 0; operation < 40 && !main.Place.HasCrashed; operation++)
        {
            await work.DoAsync(random);
            if (copies.Place.HasCrashed)
            {
                main.Place.Crash();
            }
        }
    }
}
