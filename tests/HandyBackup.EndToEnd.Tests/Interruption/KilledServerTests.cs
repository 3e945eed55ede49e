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

    // The part of the data that a run has read when it is killed.
    [Theory(Timeout = 240_000)]
    [InlineData(0.02)]
    [InlineData(0.2)]
    [InlineData(0.45)]
    [InlineData(0.7)]
    [InlineData(0.9)]
    public async Task A_run_killed_at_any_moment_is_Interrupted_and_the_next_one_reuses_what_it_stored(double part)
    {
        ResticProgram.SkipUnlessInstalled();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("source");
        Directory.CreateDirectory(source);
        await SystemProgram.ShellAsync($"for i in $(seq {Files}); do head -c {FileSize} /dev/urandom > file$i; done", source);
        await session.CreateTaskAsync("docs", source);
        PSObject run = await session.SingleAsync("Start-HBTask docs");
        int server = await session.ServerProcessIdAsync();
        PSObject before = await WaitForBytesAsync(session, run, (long)(part * Files * FileSize));
        Assert.True(before.Text("State") == "Running", $"The run was {before.Text("State")} already.");

        await KillAsync(server);
        await session.StartServerAsync();

        PSObject broken = await session.SingleAsync($"Get-HBRun {run.Text("RunId")}");
        Assert.Equal("Interrupted", broken.Text("State"));
        Assert.Equal("RunInterrupted", broken.Text("ErrorId"));
        var restic = new ResticProgram(session.RepositoryPath);
        long stored = PackBytes(session);
        PSObject next = await session.BackUpAsync("docs");
        Assert.InRange(next.Number("AddedBytes"), 0, ((long)Files * FileSize) + (1 << 20) - (stored * 9 / 10));
        Assert.Single(await session.OutputAsync("Get-HBSnapshot"));
        await restic.CheckAsync();
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(source, session.In("out") + source);
    }

    private static async Task KillAsync(int id)
    {
        using var server = System.Diagnostics.Process.GetProcessById(id);
        server.Kill();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<PSObject> WaitForBytesAsync(ProductSession session, PSObject run, long bytes)
    {
        PSObject state;
        do
        {
            state = await session.SingleAsync($"Get-HBRun {run.Text("RunId")}");
        }
        while (state.Text("State") is "Queued" or "Running" && state.Number("Bytes") < bytes);
        return state;
    }

    private static long PackBytes(ProductSession session) =>
        Directory.GetFiles(Path.Combine(session.RepositoryPath, "data"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file).Length == 64).Sum(file => new FileInfo(file).Length);
}
