using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Repository.Tests.Verification;

public sealed class VerificationPassTests
{
    private const long Size = 16_000_000;

    private static readonly TimeSpan s_within = TimeSpan.FromDays(10);

    private readonly SetTimeProvider _time = new();
    private readonly MemoryVerificationRecord _record = new();
    private readonly BlobIndex _index = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData(24, 24)]
    [InlineData(6, 6)]
    [InlineData(72, 72)]
    [InlineData(240, 240)]
    [InlineData(500, 500)]
    [InlineData(1, 40)]
    public async Task Every_pack_is_read_in_time_while_the_repository_grows(int shortestHours, int longestHours)
    {
        var random = new Random(longestHours);
        AddPacks(200);
        for (int run = 0; run < 200; run++)
        {
            if (run % 10 == 3)
            {
                AddPacks(2);
            }

            await RunAsync(CheckedData.Due);
            TimeSpan next = TimeSpan.FromHours(random.Next(shortestHours, longestHours + 1));
            foreach (PackVerification pack in _record.Packs.Values)
            {
                // Irregular runs may exceed the time by as much as an interval was longer than any that could be expected.
                TimeSpan age = _time.Now + next - (pack.Verified ?? pack.Known);
                Assert.True(age <= s_within + (shortestHours == longestHours ? TimeSpan.Zero : TimeSpan.FromDays(1)) || next > s_within, $"Run {run}: {age}.");
            }

            _time.Now += next;
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData(24)]
    [InlineData(6)]
    [InlineData(60)]
    public async Task Each_run_reads_about_its_share(int hours)
    {
        AddPacks(1000);
        long most = 0;
        long sum = 0;
        for (int run = 0; run < 100; run++)
        {
            long bytes = await RunAsync(CheckedData.Due);
            // The first runs after the first sight of all packs at once have to make up a schedule.
            most = run > 50 ? Math.Max(most, bytes) : 0;
            sum += run > 50 ? bytes : 0;
            _time.Now += TimeSpan.FromHours(hours);
        }

        double share = 1000.0 * Size * hours / s_within.TotalHours;
        Assert.InRange(sum / 49.0, share * 0.95, share * 1.5);
        Assert.InRange(most, share * 0.95, share * 2.1);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_was_never_read_back_comes_before_what_was()
    {
        AddPacks(100);
        await RunAsync(CheckedData.All);
        HashSet<PackId> old = [.. _record.Packs.Keys];
        _time.Now += TimeSpan.FromDays(1);
        AddPacks(3);

        long bytes = await RunAsync(CheckedData.Due);

        Assert.InRange(bytes, 10 * Size, 11 * Size);
        Assert.All(_record.Packs.Values.Where(pack => !old.Contains(pack.Pack)), pack => Assert.Equal(_time.Now, pack.Verified));
    }

    [Fact(Timeout = 30_000)]
    public async Task Pack_counts_as_written_when_the_last_recording_was_and_gone_packs_are_forgotten()
    {
        AddPacks(2);
        await RunAsync(CheckedData.None);
        DateTimeOffset first = _time.Now;
        _record.Packs[new PackId(new Sha256Hash(RandomNumberGenerator.GetBytes(32)))] = default;
        _time.Now += TimeSpan.FromDays(3);
        AddPacks(1);

        await RunAsync(CheckedData.None);

        Assert.Equal(3, _record.Packs.Count);
        Assert.All(_record.Packs.Values, pack => Assert.Equal((first, null), (pack.Known, pack.Verified)));
        Assert.Equal((first, 3 * Size, null), (_record.State!.Since, _record.State.UnverifiedBytes, _record.State.LastShare));
    }

    [Fact(Timeout = 30_000)]
    public async Task Times_after_now_count_as_never()
    {
        AddPacks(50);
        await RunAsync(CheckedData.All);
        _time.Now -= TimeSpan.FromDays(1);

        VerificationPass pass = await BeginAsync(CheckedData.Due);

        Assert.All(Enumerable.Range(0, 50), pack => Assert.Equal(0u, pass.GetContentVerified(pack)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Stopped_run_keeps_what_it_read_and_still_owes_its_share()
    {
        AddPacks(100);
        await RunAsync(CheckedData.All);
        DateTimeOffset first = _time.Now;
        _time.Now += TimeSpan.FromDays(2);
        VerificationPass pass = await BeginAsync(CheckedData.Due);
        pass.Choose(Sizes());
        int read = Enumerable.Range(0, 100).First(pass.Reads);
        pass.MarkSound(read);

        await pass.SaveAsync(null, Stop);

        Assert.Equal(first, _record.State!.LastShare);
        Assert.Equal(1, _record.Packs.Values.Count(pack => pack.Verified == _time.Now));
        Assert.Equal(20, CountChosen(await BeginAsync(CheckedData.Due)));
    }

    private int CountChosen(VerificationPass pass)
    {
        pass.Choose(Sizes());
        return Enumerable.Range(0, _index.PackCount).Count(pass.Reads);
    }

    private async Task<long> RunAsync(CheckedData data)
    {
        VerificationPass pass = await BeginAsync(data);
        long bytes = pass.Choose(Sizes());
        foreach (int pack in Enumerable.Range(0, _index.PackCount).Where(pass.Reads))
        {
            pass.MarkSound(pack);
        }

        await pass.SaveAsync([], Stop);
        return bytes;
    }

    private Task<VerificationPass> BeginAsync(CheckedData data) =>
        VerificationPass.BeginAsync(_index, new CheckOptions { Data = data, Record = _record, VerifyWithin = s_within }, _time, Stop);

    private long[] Sizes() => [.. Enumerable.Repeat(Size, _index.PackCount)];

    private void AddPacks(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _index.Add(new PackId(new Sha256Hash(SHA256.HashData(BitConverter.GetBytes(_index.PackCount)))), []);
        }
    }
}
