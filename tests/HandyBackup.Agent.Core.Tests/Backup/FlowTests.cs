using HandyBackup.Agent.Core.Backup;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Backup;

/// <summary>Stopping, memory and progress.</summary>
public class FlowTests
{
    private static readonly byte[] s_noise = BackupRig.Noise(1, 41_000_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopped_at_any_moment_nothing_is_left(bool answersLate)
    {
        var random = new Random(5);
        int stopped = 0;
        for (int round = 0; round < 40; round++)
        {
            BackupRig rig = MakeRig();
            rig.Source.AnswersLate = answersLate;
            rig.Blobs.BeforeAnswer = answersLate ? async _ => await Task.Yield() : null;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            int left = random.Next(150);
            rig.Source.BeforeRead = (_, _) => Count();
            rig.Blobs.BeforePut = (_, _) => Count();
            try
            {
                await rig.RunUntilAsync(full: false, stop.Token);
            }
            catch (OperationCanceledException exception)
            {
                Assert.Equal(stop.Token, exception.CancellationToken);
                stopped++;
            }

            rig.AssertNothingLeft();

            ValueTask Count()
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    stop.Cancel();
                }

                return ValueTask.CompletedTask;
            }
        }

        Assert.InRange(stopped, 20, 40);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_starts_nothing()
    {
        BackupRig rig = MakeRig();
        await using var session = await rig.Source.OpenAsync(TestContext.Current.CancellationToken);
        var job = new BackupJob(session, rig.Order, rig.Blobs, rig.Blobs, rig.Observer, TimeProvider.System, states: null, rig.Pool);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.RunAsync(new CancellationToken(true)));
        Assert.Equal(0, rig.Blobs.Count);
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task A_slow_repository_does_not_make_memory_grow()
    {
        var rig = new BackupRig();
        for (int i = 0; i < 4; i++)
        {
            rig.Tree.AddFile($"large{i}", s_noise.AsMemory(i, 30_000_000 + i));
        }

        for (int i = 0; i < 1_000; i++)
        {
            rig.Tree.AddFile($"small{i}", s_noise.AsMemory(i * 40_000, 90_000));
        }

        // Until the source has been waiting for a while nothing is taken.
        using var gate = new SemaphoreSlim(0);
        int waiting = 0;
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Blobs.BeforePut = async (_, token) =>
        {
            if (Interlocked.Increment(ref waiting) == BlobSaver.MostOnTheWay)
            {
                full.SetResult();
            }

            await gate.WaitAsync(token);
        };
        Task<BackupOutcome> run = rig.RunAsync();
        await full.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        gate.Release(1_000_000);
        await run;

        // What was read, and for each blob on its way what it was compressed into and a payload: about 1 MiB in each, in a buffer of up to twice that.
        long bound = BackupJob.MemoryInFlight + (BlobSaver.MostOnTheWay * 2 * 2L * 1024 * 1024);
        Assert.InRange(rig.Pool.MostBytes, 1, bound);
        rig.AssertSnapshotIsSource();
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task Only_so_many_blobs_are_on_their_way_at_once()
    {
        BackupRig rig = MakeRig();
        int now = 0;
        int most = 0;
        rig.Blobs.BeforePut = async (_, _) =>
        {
            int count = Interlocked.Increment(ref now);
            most = Math.Max(most, count);
            await Task.Yield();
            Interlocked.Decrement(ref now);
        };
        await rig.RunAsync();
        Assert.InRange(most, 1, BlobSaver.MostOnTheWay);
    }

    [Fact]
    public async Task Progress_only_grows_and_comes_at_most_every_tenth_of_a_second()
    {
        BackupRig rig = MakeRig();
        var time = new CountedTime(step: TimeSpan.FromMilliseconds(7));
        rig.Time = time;
        await rig.RunAsync();
        RunProgress[] reports = [.. rig.Observer.Reports];
        Assert.InRange(reports.Length, 3, (int)(time.Elapsed / TimeSpan.FromMilliseconds(100)));
        Assert.All(reports, report => Assert.Null(report.TotalItems));
        Assert.All(reports, report => Assert.NotNull(report.CurrentItem));
        for (int i = 1; i < reports.Length; i++)
        {
            Assert.True(reports[i].Items >= reports[i - 1].Items && reports[i].Bytes >= reports[i - 1].Bytes);
        }

        Assert.Equal(rig.Last!.Totals.Items, rig.Last.Totals.TotalItems);

        // The second time there is something to expect, and never less than what was seen.
        rig.Tree.AddFile("more/than/before", BackupRig.Noise(9, 30_000_000));
        await rig.RunAsync();
        Assert.NotEmpty(rig.Observer.Reports);
        Assert.All(rig.Observer.Reports, report => Assert.True(report.TotalItems >= report.Items && report.TotalBytes >= report.Bytes));
    }

    private static BackupRig MakeRig()
    {
        var rig = new BackupRig();
        rig.Tree.AddFile("a/large", s_noise.AsMemory(0, 35_000_000));
        rig.Tree.AddFile("a/middle", s_noise.AsMemory(36_000_000, 4_000_000));
        for (int i = 0; i < 60; i++)
        {
            rig.Tree.AddFile($"b{i % 7}/c{i % 3}/{i}", BackupRig.Noise(i, 500));
        }

        return rig;
    }

    // Moves on by the same step with each look at the clock.
    private sealed class CountedTime(TimeSpan step) : TimeProvider
    {
        private long _ticks;

        public TimeSpan Elapsed => TimeSpan.FromTicks(_ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, step.Ticks);
    }
}
