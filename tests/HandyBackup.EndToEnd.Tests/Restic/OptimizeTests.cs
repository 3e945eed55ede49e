using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Restic;

/// <summary>Deletion from the panel, undone and then for good, with restic as the judge of what is left.</summary>
public sealed class OptimizeTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_removal_is_undone_and_after_another_one_the_space_comes_back()
    {
        ResticProgram.SkipUnlessInstalled();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = Directory.CreateDirectory(session.In("source")).FullName;
        byte[] content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(source, "large"), content, TestContext.Current.CancellationToken);
        await session.CreateTaskAsync("docs", source);
        PSObject first = await session.BackUpAsync("docs");
        File.Delete(Path.Combine(source, "large"));
        await session.BackUpAsync("docs");

        await session.OutputAsync($"Remove-HBSnapshot {first.Text("SnapshotId")} -Confirm:$false");
        Assert.Single(await session.OutputAsync("Get-HBSnapshot -Removed | Restore-HBSnapshot"));
        await session.OutputAsync($"Remove-HBSnapshot {first.Text("SnapshotId")} -Confirm:$false");
        await session.OutputAsync("Set-HBRepository main -Grace 0 -SweepGrace 0");
        PSObject plan = Assert.Single(await session.OutputAsync("Optimize-HBRepository main -WhatIf"));
        PSObject done = Assert.Single(await session.OutputAsync("Optimize-HBRepository main -Confirm:$false"));
        PSObject last = Assert.Single(await session.OutputAsync("Optimize-HBRepository main -Confirm:$false"));

        Assert.InRange(plan.Number("FreedBytes"), 3_000_000, 4_000_000);
        Assert.Equal((plan.Number("FreedBytes"), 0), (done.Number("FreedBytes"), done.Number("FollowingBytes")));
        Assert.Equal(0, last.Number("FreedBytes"));
        await new ResticProgram(session.RepositoryPath).CheckAsync();
        await session.CheckAsync();
    }
}
