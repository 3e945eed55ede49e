using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Interruption;

/// <summary>The server's process, with the agent in it, is killed during a restore: what it restored is used, and nothing looks restored that is not.</summary>
[Collection(nameof(WholeMachine))]
public sealed class KilledRestoreTests
{
    private const int LargeSize = 200_000_000;
    private const int SmallSize = 2_000_000;
    private const int SmallFiles = 20;
    private const int MostAttempts = 5;

    // What may have been counted and is lost: small files that were not complete.
    private const int LostAtMost = 16_000_000;

    [Theory(Timeout = 240_000)]
    [InlineData(false, 0.2)]
    [InlineData(true, 0.5)]
    public async Task The_next_restore_fetches_only_what_is_not_there(bool exists, double part)
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("source");
        Directory.CreateDirectory(source);
        await SystemProgram.ShellAsync($"head -c {LargeSize} /dev/urandom > large; for i in $(seq {SmallFiles}); do head -c {SmallSize} /dev/urandom > small$i; done", source);
        await session.CreateTaskAsync("docs", source);
        await session.BackUpAsync("docs");
        string restored = session.In("out") + source;

        long done = await BreakRestoreAsync(session, source, restored, exists, (long)(part * (LargeSize + (SmallFiles * SmallSize))));

        if (File.Exists(Path.Combine(restored, "large")))
        {
            // The old one or the new one, and nothing between.
            await SystemProgram.ShellAsync($"cmp -s '{restored}/large' large || cmp '{restored}/large' ../old", source);
        }

        PSObject run = await session.SingleAsync("Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./out");
        Assert.Equal("Completed", run.Text("State"));
        Assert.InRange(run.Number("KeptBytes"), done - LostAtMost, run.Number("Bytes"));
        await TreeListing.AssertEqualAsync(source, restored);
    }

    // A restore may end before it is killed; then another one is tried.
    private static async Task<long> BreakRestoreAsync(ProductSession session, string source, string restored, bool exists, long bytes)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            await SystemProgram.ShellAsync($"rm -rf '{restored}'; mkdir -p '{restored}'", session.Folder);
            if (exists)
            {
                // Every fourth part of ten million bytes is another one.
                await SystemProgram.ShellAsync(
                    $"cp large ../old; for i in 2 6 10 14 18; do head -c 10000000 /dev/zero | dd of=../old bs=10000000 seek=$i conv=notrunc status=none; done; cp ../old '{restored}/large'", source);
            }

            PSObject run = await session.SingleAsync("Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./out -NoWait");
            PSObject state;
            do
            {
                state = await session.SingleAsync($"Get-HBRun {run.Text("RunId")}");
            }
            while (state.Text("State") is "Queued" or "Running" && state.Number("Bytes") < bytes);
            await session.KillServerAsync();
            await session.StartServerAsync();
            if ((await session.SingleAsync($"Get-HBRun {run.Text("RunId")}")).Text("State") == "Interrupted")
            {
                return state.Number("Bytes");
            }
        }

        Assert.Fail("Each restore ended before it was killed.");
        return 0;
    }
}
