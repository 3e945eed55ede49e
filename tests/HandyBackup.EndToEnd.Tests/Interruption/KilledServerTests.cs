using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Interruption;

/// <summary>The server's process is killed during a backup: nothing that was stored is lost, and nothing is half there.</summary>
[Collection(nameof(WholeMachine))]
public sealed class KilledServerTests
{
    private const int Files = 40;
    private const int FileSize = 5_000_000;
    private const int MostAttempts = 5;

    /// <summary>The parts of the data that a run has read when it is killed.</summary>
    public static TheoryData<double> Parts => [.. Testing.ProofRun.Choose<double[]>(everyday: [0.02, 0.45, 0.9], integration: [0.02, 0.2, 0.45, 0.7, 0.9])];

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Parts))]
    public async Task A_run_killed_at_any_moment_is_Interrupted_and_the_next_one_reuses_what_it_stored(double part)
    {
        ResticProgram.SkipUnlessInstalled();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("source");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "earlier"), "in an earlier snapshot", TestContext.Current.CancellationToken);
        await session.CreateTaskAsync("docs", source);
        await session.BackUpAsync("docs");
        (PSObject broken, long storedBefore) = await BreakRunAsync(session, source, (long)(part * Files * FileSize));
        Assert.Equal("Interrupted", broken.Text("State"));
        Assert.Equal("RunInterrupted", broken.Text("ErrorId"));
        int earlier = (await session.OutputAsync("Get-HBSnapshot")).Count;
        var restic = new ResticProgram(session.RepositoryPath);
        long stored = PackBytes(session) - storedBefore;
        PSObject next = await session.BackUpAsync("docs");
        Assert.InRange(next.Number("AddedBytes"), 0, ((long)Files * FileSize) + (1 << 20) - (stored * 9 / 10));
        Assert.Equal(earlier + 1, (await session.OutputAsync("Get-HBSnapshot")).Count);
        await restic.CheckAsync();
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(source, session.In("out") + source);
    }

    // A run may end before the signal arrives, above all when most of it is done; then another one is tried, of new data.
    private static async Task<(PSObject Run, long StoredBefore)> BreakRunAsync(ProductSession session, string source, long bytes)
    {
        PSObject run;
        long storedBefore;
        int attempts = 0;
        do
        {
            storedBefore = PackBytes(session);
            await SystemProgram.ShellAsync($"for i in $(seq {Files}); do head -c {FileSize} /dev/urandom > file$i; done", source);
            run = await session.SingleAsync("Start-HBTask docs");
            await session.KillWhenAsync(() => WaitForBytesAsync(session, run, bytes));
            run = await session.SingleAsync($"Get-HBRun {run.Text("RunId")}");
        }
        while (run.Text("State") == "Completed" && ++attempts < MostAttempts);
        return (run, storedBefore);
    }

    private static async Task WaitForBytesAsync(ProductSession session, PSObject run, long bytes)
    {
        PSObject state;
        do
        {
            state = await session.SingleAsync($"Get-HBRun {run.Text("RunId")}");
        }
        while (state.Text("State") is "Queued" or "Running" && state.Number("Bytes") < bytes);
    }

    private static long PackBytes(ProductSession session) =>
        Directory.GetFiles(Path.Combine(session.RepositoryPath, "data"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file).Length == 64).Sum(file => new FileInfo(file).Length);
}
