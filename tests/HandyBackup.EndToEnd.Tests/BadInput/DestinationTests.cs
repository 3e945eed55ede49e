using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>Places that a restore must not or cannot write to.</summary>
public sealed class DestinationTests
{
    [Fact(Timeout = 120_000)]
    public async Task Destinations_that_cannot_take_the_items_are_refused_and_left_alone()
    {
        await using ProductSession session = await StartWithBackupAsync();
        await File.WriteAllTextAsync(session.In("file"), "mine", TestContext.Current.CancellationToken);

        await session.ErrorAsync("DestinationNotFolder", session.In("file"), "Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./file -Wait");
        await session.ErrorAsync("DestinationNotFolder", session.In("file"), "Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./file/below -Wait");
        await session.ErrorAsync("DestinationNotWritable", "/proc/none", "Get-HBSnapshot -Task docs | Restore-HBItem -Destination /proc/none -Wait");

        Assert.Equal("mine", await File.ReadAllTextAsync(session.In("file"), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_link_in_the_destination_that_points_outside_is_never_followed()
    {
        await using ProductSession session = await StartWithBackupAsync();
        string outside = Directory.CreateDirectory(session.In("outside")).FullName;
        string below = session.In("out") + session.In("source");
        Directory.CreateDirectory(Path.GetDirectoryName(below)!);
        File.CreateSymbolicLink(below, outside);

        ScriptResult result = await session.RunAsync("Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./out -Wait");

        PSObject run = Assert.Single(result.Output);
        string[] log = [.. (await session.OutputAsync($"Get-HBRunLog {run.Text("RunId")} -MinimumLevel Warning")).Select(line => line.Text("ErrorId"))];
        Assert.True(log.Contains("DestinationEscapes") || run.Text("State") == "Completed", await session.LogAsync(run));
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact(Timeout = 120_000)]
    public async Task Policies_decide_over_what_exists_and_the_plan_says_so_before()
    {
        await using ProductSession session = await StartWithBackupAsync();
        await session.RestoreAsync("docs", "./out");
        string file = session.In("out") + session.In("source/file");
        await File.WriteAllTextAsync(file, "edited", TestContext.Current.CancellationToken);

        const string Restore = "Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./out";
        IReadOnlyList<PSObject> plan = await session.OutputAsync($"{Restore} -Overwrite Never -WhatIf");
        Assert.Equal("Skip", Assert.Single(plan, item => item.Text("Path").EndsWith("/file", StringComparison.Ordinal)).Text("Action"));
        await session.OutputAsync($"{Restore} -Overwrite Never -Wait");
        Assert.Equal("edited", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        await session.OutputAsync($"{Restore} -Overwrite IfNewer -Wait");
        Assert.Equal("edited", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        await session.OutputAsync($"{Restore} -Overwrite IfChanged -Wait");
        Assert.Equal("content", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    private static async Task<ProductSession> StartWithBackupAsync()
    {
        ProductSession session = await ProductSession.StartWithRepositoryAsync();
        Directory.CreateDirectory(session.In("source"));
        await File.WriteAllTextAsync(session.In("source/file"), "content", TestContext.Current.CancellationToken);
        await session.CreateTaskAsync("docs", session.In("source"));
        await session.BackUpAsync("docs");
        return session;
    }
}
